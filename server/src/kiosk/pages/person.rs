//! The form of who somebody is. Adding a learner and changing one ask the same, so that both read
//! and show it here.

use hocvu_core::learner::{Address, Group, LearnerView, NAME_CHARS_MAX, PICTOGRAMS, PersonRequest};
use hocvu_core::text::{Messages, capitalised};

use crate::kiosk::html::{pictogram, pictogram_name};
use crate::kiosk::question::field;

/// What stands in the form; `None` where nothing that is offered was chosen.
pub(super) struct PersonForm {
    pub(super) name: String,
    pub(super) address: Option<Address>,
    pub(super) pictogram: Option<u8>,
    pub(super) group: Option<Group>,
    pub(super) guardian: String,
}

/// What is missing or wrong, each beside its field.
#[derive(Default)]
pub(super) struct PersonFaults {
    pub(super) name: Option<String>,
    pub(super) address: Option<String>,
    pub(super) pictogram: Option<String>,
    pub(super) group: Option<String>,
}

impl PersonForm {
    /// An empty form.
    pub(super) fn empty() -> Self {
        Self::read(&[])
    }

    /// Reads the form as it was sent.
    pub(super) fn read(fields: &[(String, String)]) -> Self {
        let typed = |name| field(fields, name).unwrap_or_default().trim().to_owned();
        let number = |name| field(fields, name).and_then(|number| number.parse::<u8>().ok());
        let group = number("group").map(Group::from_number);
        Self {
            name: typed("name"),
            address: field(fields, "address").and_then(Address::parse),
            pictogram: number("pictogram").filter(|number| *number < PICTOGRAMS),
            group: group.filter(|group| *group != Group::Unknown),
            guardian: typed("guardian"),
        }
    }

    /// The form as it stands for somebody who is here.
    pub(super) fn of(learner: &LearnerView) -> Self {
        Self {
            name: learner.name.clone().unwrap_or_default(),
            address: Some(learner.address),
            pictogram: Some(learner.pictogram),
            group: Some(learner.group).filter(|group| *group != Group::Unknown),
            guardian: learner.guardian.clone().unwrap_or_default(),
        }
    }

    /// The form with what is known of a learner where nothing was sent.
    pub(super) fn or(mut self, learner: &LearnerView) -> Self {
        let known = Self::of(learner);
        self.address = self.address.or(known.address);
        self.pictogram = self.pictogram.or(known.pictogram);
        self.group = self.group.or(known.group);
        if self.guardian.is_empty() {
            self.guardian = known.guardian;
        }
        self
    }

    /// All that is missing or wrong at once.
    pub(super) fn faults(&self, t: &Messages) -> PersonFaults {
        PersonFaults {
            name: name_fault(t, &self.name),
            address: self.address.is_none().then(|| t.add_address_missing()),
            pictogram: self.pictogram.is_none().then(|| t.add_picture_missing()),
            group: self.group.is_none().then(|| t.add_group_missing()),
        }
    }

    /// What the core is asked for, once address and pictogram are chosen.
    pub(super) fn request(&self, guardian: Option<String>) -> Option<PersonRequest> {
        let (address, pictogram) = self.address.zip(self.pictogram)?;
        Some(PersonRequest { name: self.name.clone(), address, pictogram, guardian })
    }

    /// The fields as they are shown.
    pub(super) fn show(self, t: &Messages, faults: PersonFaults) -> PersonFields {
        let addresses = Address::ALL.into_iter().map(|address| Choice {
            value: address.code().to_owned(),
            words: capitalised(&address_choice(t, address)),
            note: String::new(),
            picture: "",
            is_chosen: self.address == Some(address),
        });
        let pictures = (0..PICTOGRAMS).map(|number| Choice {
            value: number.to_string(),
            words: pictogram_name(t, number),
            note: String::new(),
            picture: pictogram(number),
            is_chosen: self.pictogram == Some(number),
        });
        let groups = [Group::Citizen, Group::Student, Group::Worker, Group::PublicSector];
        let groups = groups.into_iter().map(|group| {
            let (words, note) = group_words(t, group);
            let is_chosen = self.group == Some(group);
            Choice { value: group.number().to_string(), words, note, picture: "", is_chosen }
        });
        PersonFields {
            addresses: addresses.collect(),
            pictures: pictures.collect(),
            groups: groups.collect(),
            name: self.name,
            name_max: NAME_CHARS_MAX,
            faults,
        }
    }
}

fn name_fault(t: &Messages, name: &str) -> Option<String> {
    match name.chars().count() {
        0 => Some(t.add_name_missing()),
        1..=NAME_CHARS_MAX => None,
        _ => Some(t.add_name_long(i64::try_from(NAME_CHARS_MAX).unwrap_or(i64::MAX))),
    }
}

/// The fields of `templates/person_fields.html`.
pub(super) struct PersonFields {
    pub(super) name: String,
    pub(super) name_max: usize,
    pub(super) addresses: Vec<Choice>,
    pub(super) pictures: Vec<Choice>,
    pub(super) groups: Vec<Choice>,
    pub(super) faults: PersonFaults,
}

/// One thing to choose.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) words: String,
    pub(super) note: String,
    pub(super) picture: &'static str,
    pub(super) is_chosen: bool,
}

/// A form of address where it is chosen.
fn address_choice(t: &Messages, address: Address) -> String {
    match address {
        Address::Ba => t.address_choice_ba(),
        Address::Ong => t.address_choice_ong(),
        Address::Co => t.address_choice_co(),
        Address::Chu => t.address_choice_chu(),
        Address::Anh => t.address_choice_anh(),
        Address::Chi => t.address_choice_chi(),
        Address::Em => t.address_choice_em(),
        Address::Ban => t.address_choice_ban(),
    }
}

/// A group of the movement and what belongs to it; "not known" has no words of its own.
pub(super) fn group_words(t: &Messages, group: Group) -> (String, String) {
    match group {
        Group::PublicSector => (t.group_public(), t.group_public_note()),
        Group::Student => (t.group_student(), t.group_student_note()),
        Group::Citizen => (t.group_adult(), t.group_adult_note()),
        Group::Worker => (t.group_worker(), t.group_worker_note()),
        Group::Unknown => ("–".to_owned(), String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hocvu_core::ids::Lang;

    fn read(fields: &[(&str, &str)]) -> PersonForm {
        let fields: Vec<_> =
            fields.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        PersonForm::read(&fields)
    }

    #[test]
    fn a_whole_form_has_no_fault() {
        let t = Messages::get(&Lang::parse("vi").unwrap());
        let form =
            read(&[("name", " Lan "), ("address", "ba"), ("pictogram", "3"), ("group", "1")]);
        let faults = form.faults(t);
        assert!(faults.name.is_none() && faults.address.is_none());
        assert!(faults.pictogram.is_none() && faults.group.is_none());
        let request = form.request(None).unwrap();
        assert_eq!((request.name.as_str(), request.pictogram), ("Lan", 3));
    }

    #[test]
    fn what_was_not_offered_counts_as_nothing_chosen() {
        let t = Messages::get(&Lang::parse("vi").unwrap());
        for (address, pictogram, group) in [("", "", ""), ("x", "16", "0"), ("BA", "-1", "9")] {
            let form = read(&[("address", address), ("pictogram", pictogram), ("group", group)]);
            let faults = form.faults(t);
            assert!(faults.name.is_some() && faults.address.is_some(), "{address}");
            assert!(faults.pictogram.is_some() && faults.group.is_some(), "{group}");
            assert!(form.request(None).is_none());
        }
    }

    #[test]
    fn a_name_may_have_as_many_letters_as_the_fault_says() {
        let t = Messages::get(&Lang::parse("vi").unwrap());
        assert_eq!(name_fault(t, &"ễ".repeat(NAME_CHARS_MAX)), None);
        assert!(name_fault(t, &"ễ".repeat(NAME_CHARS_MAX + 1)).is_some());
    }
}
