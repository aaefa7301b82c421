package vn.hocvu.app.border

import vn.hocvu.app.core.Address
import vn.hocvu.app.core.Group
import vn.hocvu.app.core.NewLearner
import vn.hocvu.app.core.Person
import vn.hocvu.core.AddLearnerRequest
import vn.hocvu.core.AddressView
import vn.hocvu.core.GroupView
import vn.hocvu.core.PersonRequest

fun NewLearner.toBorder() = AddLearnerRequest(
    person = PersonRequest(name, address.toBorder(), pictogram.toUByte(), guardian),
    group = group.toBorder(),
    isChild = isChild,
    consentRecord = consentRecord,
    consentCount = consentCount,
)

fun Person.toBorder() = PersonRequest(name.orEmpty(), address.toBorder(), pictogram.toUByte(), guardian)

fun AddressView.toScreen() = when (this) {
    AddressView.BA -> Address.BA
    AddressView.ONG -> Address.ONG
    AddressView.CO -> Address.CO
    AddressView.CHU -> Address.CHU
    AddressView.ANH -> Address.ANH
    AddressView.CHI -> Address.CHI
    AddressView.EM -> Address.EM
    AddressView.BAN -> Address.BAN
}

private fun Address.toBorder() = when (this) {
    Address.BA -> AddressView.BA
    Address.ONG -> AddressView.ONG
    Address.CO -> AddressView.CO
    Address.CHU -> AddressView.CHU
    Address.ANH -> AddressView.ANH
    Address.CHI -> AddressView.CHI
    Address.EM -> AddressView.EM
    Address.BAN -> AddressView.BAN
}

private fun Group.toBorder() = when (this) {
    Group.CITIZEN -> GroupView.CITIZEN
    Group.STUDENT -> GroupView.STUDENT
    Group.WORKER -> GroupView.WORKER
    Group.PUBLIC_SECTOR -> GroupView.PUBLIC_SECTOR
}
