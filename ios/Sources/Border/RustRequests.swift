import HocvuCore
import Screens

extension NewLearner {
    func toBorder() -> AddLearnerRequest {
        let person = PersonRequest(
            name: name, address: address.toBorder(), pictogram: UInt8(pictogram), guardian: guardian)
        return AddLearnerRequest(
            person: person, group: group.toBorder(), isChild: isChild, consentRecord: consentRecord,
            consentCount: consentCount)
    }
}

extension Person {
    func toBorder() -> PersonRequest {
        PersonRequest(
            name: name ?? "", address: address.toBorder(), pictogram: UInt8(pictogram), guardian: guardian)
    }
}

extension AddressView {
    func toScreen() -> Address {
        switch self {
        case .ba: .ba
        case .ong: .ong
        case .co: .co
        case .chu: .chu
        case .anh: .anh
        case .chi: .chi
        case .em: .em
        case .ban: .ban
        }
    }
}

extension Address {
    func toBorder() -> AddressView {
        switch self {
        case .ba: .ba
        case .ong: .ong
        case .co: .co
        case .chu: .chu
        case .anh: .anh
        case .chi: .chi
        case .em: .em
        case .ban: .ban
        }
    }
}

extension Group {
    func toBorder() -> GroupView {
        switch self {
        case .citizen: .citizen
        case .student: .student
        case .worker: .worker
        case .publicSector: .publicSector
        }
    }
}
