//! 联络信息表: whom to ring at a unit, from when to when, and how telephones are shown to those who need not know them.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    campaign::{Campaign, MeasureNumber},
    iso,
    limits::{CONTACT_TEXT_BYTES_MAX, PHONE_BYTES_MAX},
};

/// As what somebody is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactRole {
    /// 主要负责同志
    Head,
    /// 责任领导
    Leader,
    /// 责任人
    Owner,
    /// 联络员（A角）
    LiaisonA,
    /// 联络员（B角）
    LiaisonB,
    /// 值班电话: a telephone and not a person.
    Duty,
}

/// One line of a unit's part of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// As what.
    pub role: ContactRole,
    /// 姓名; empty for 值班电话 alone.
    pub name: String,
    /// 职务
    pub position: String,
    /// 办公电话, or the telephone of those on duty.
    pub office_phone: String,
    /// 手机
    pub mobile: String,
    /// Where reminders go; may be empty.
    pub email: String,
    /// The measures that are this person's; empty means all of the unit's.
    pub measures: Vec<MeasureNumber>,
    /// In force from this day on.
    #[serde(with = "iso")]
    pub from: Date,
    /// The last day in force.
    #[serde(
        default,
        with = "optional_iso",
        skip_serializing_if = "Option::is_none"
    )]
    pub until: Option<Date>,
}

/// What is wrong with a line; its field is known by the stable word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ContactFault {
    /// A person has no name, or a text is too long.
    #[error("contact-name")]
    Name,
    /// No telephone at all, or not written with digits.
    #[error("contact-phone")]
    Phone,
    /// Not an address for mail.
    #[error("contact-email")]
    Email,
    /// The campaign has no such measure.
    #[error("contact-measures")]
    Measures,
    /// The last day is before the first.
    #[error("contact-dates")]
    Dates,
}

/// A field of a line that may have been changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContactField {
    /// 类别
    Role,
    /// 姓名
    Name,
    /// 职务
    Position,
    /// 办公电话
    OfficePhone,
    /// 手机
    Mobile,
    /// 电子邮箱
    Email,
    /// 负责任务
    Measures,
    /// 生效日期
    From,
    /// 截止日期
    Until,
}

impl ContactFault {
    /// Returns the stable word.
    pub fn word(self) -> &'static str {
        match self {
            ContactFault::Name => "contact-name",
            ContactFault::Phone => "contact-phone",
            ContactFault::Email => "contact-email",
            ContactFault::Measures => "contact-measures",
            ContactFault::Dates => "contact-dates",
        }
    }
}

impl ContactRole {
    /// All of them, in the order of the table.
    pub const ALL: [ContactRole; 6] = [
        ContactRole::Head,
        ContactRole::Leader,
        ContactRole::Owner,
        ContactRole::LiaisonA,
        ContactRole::LiaisonB,
        ContactRole::Duty,
    ];

    /// Returns the stable word.
    pub fn word(self) -> &'static str {
        match self {
            ContactRole::Head => "head",
            ContactRole::Leader => "leader",
            ContactRole::Owner => "owner",
            ContactRole::LiaisonA => "liaison_a",
            ContactRole::LiaisonB => "liaison_b",
            ContactRole::Duty => "duty",
        }
    }

    /// Reads the stable word.
    pub fn from_word(word: &str) -> Option<ContactRole> {
        ContactRole::ALL
            .into_iter()
            .find(|role| role.word() == word)
    }

    /// Says whether reminders go to whoever is named so.
    pub fn is_liaison(self) -> bool {
        match self {
            ContactRole::LiaisonA | ContactRole::LiaisonB => true,
            ContactRole::Head | ContactRole::Leader | ContactRole::Owner | ContactRole::Duty => {
                false
            }
        }
    }
}

impl ContactField {
    /// All of them, in the order of the table.
    pub const ALL: [ContactField; 9] = [
        ContactField::Role,
        ContactField::Name,
        ContactField::Position,
        ContactField::OfficePhone,
        ContactField::Mobile,
        ContactField::Email,
        ContactField::Measures,
        ContactField::From,
        ContactField::Until,
    ];

    /// Returns the stable word.
    pub fn word(self) -> &'static str {
        match self {
            ContactField::Role => "role",
            ContactField::Name => "name",
            ContactField::Position => "position",
            ContactField::OfficePhone => "office_phone",
            ContactField::Mobile => "mobile",
            ContactField::Email => "email",
            ContactField::Measures => "measures",
            ContactField::From => "from",
            ContactField::Until => "until",
        }
    }
}

impl Contact {
    /// Says whether the line holds on a day.
    pub fn is_in_force(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }

    /// Says what is wrong with it.
    pub fn check(&self, campaign: &Campaign) -> Result<(), ContactFault> {
        let is_person = self.role != ContactRole::Duty;
        let is_short = |text: &str| {
            text.len() <= CONTACT_TEXT_BYTES_MAX && !text.chars().any(char::is_control)
        };
        if (is_person && self.name.trim().is_empty())
            || !is_short(&self.name)
            || !is_short(&self.position)
        {
            return Err(ContactFault::Name);
        }
        let phones = [&self.office_phone, &self.mobile];
        if phones.iter().all(|phone| phone.is_empty()) || !phones.iter().all(|it| is_phone(it)) {
            return Err(ContactFault::Phone);
        }
        if !self.email.is_empty() && !is_email(&self.email) {
            return Err(ContactFault::Email);
        }
        let mut measures = self.measures.iter();
        if !measures.all(|number| campaign.measure(*number).is_some()) {
            return Err(ContactFault::Measures);
        }
        match self.until {
            Some(until) if until < self.from => Err(ContactFault::Dates),
            Some(_) | None => Ok(()),
        }
    }

    /// Returns the line as those see it who need not know telephones and addresses.
    pub fn masked(&self) -> Contact {
        Contact {
            office_phone: mask_phone(&self.office_phone),
            mobile: mask_phone(&self.mobile),
            email: mask_email(&self.email),
            ..self.clone()
        }
    }

    /// Returns a field in words that need no language.
    pub fn field(&self, field: ContactField) -> String {
        match field {
            ContactField::Role => self.role.word().to_owned(),
            ContactField::Name => self.name.clone(),
            ContactField::Position => self.position.clone(),
            ContactField::OfficePhone => self.office_phone.clone(),
            ContactField::Mobile => self.mobile.clone(),
            ContactField::Email => self.email.clone(),
            ContactField::Measures => {
                let numbers = self.measures.iter().map(ToString::to_string);
                numbers.collect::<Vec<_>>().join(" ")
            }
            ContactField::From => self.from.to_string(),
            ContactField::Until => self.until.map(|day| day.to_string()).unwrap_or_default(),
        }
    }

    /// Returns the fields in which two lines differ.
    pub fn differences(&self, other: &Contact) -> Vec<ContactField> {
        let fields = ContactField::ALL.into_iter();
        let differ = fields.filter(|field| self.field(*field) != other.field(*field));
        differ.collect()
    }
}

/// Hides the middle of a telephone: `138****1234`; of a short one all but two digits.
pub fn mask_phone(phone: &str) -> String {
    let digits = phone.chars().filter(char::is_ascii_digit).count();
    let (head, tail) = match digits {
        11.. => (3, 4),
        7..=10 => (2, 2),
        _ => (0, 2),
    };
    let mut seen = 0;
    let hide = |letter: char| {
        if !letter.is_ascii_digit() {
            return letter;
        }
        seen += 1;
        match seen <= head || seen + tail > digits {
            true => letter,
            false => '*',
        }
    };
    phone.chars().map(hide).collect()
}

/// Leaves the first letter and the domain of an address.
pub fn mask_email(email: &str) -> String {
    match (email.chars().next(), email.split_once('@')) {
        (Some(first), Some((_, domain))) => format!("{first}***@{domain}"),
        _ => String::new(),
    }
}

/// Digits with the marks that people put between them. Full-width digits are not: they cannot be dialled.
fn is_phone(phone: &str) -> bool {
    let is_written = |letter: char| letter.is_ascii_digit() || "+-() ,/".contains(letter);
    let digits = phone.chars().filter(char::is_ascii_digit).count();
    phone.is_empty()
        || (phone.len() <= PHONE_BYTES_MAX && digits >= 3 && phone.chars().all(is_written))
}

fn is_email(email: &str) -> bool {
    let is_plain = |part: &str| {
        let is_letter = |letter: char| letter.is_ascii_alphanumeric() || "._%+-".contains(letter);
        !part.is_empty() && part.chars().all(is_letter)
    };
    let parts = email.split_once('@');
    email.len() <= CONTACT_TEXT_BYTES_MAX
        && parts.is_some_and(|(name, domain)| is_plain(name) && is_plain(domain))
}

mod optional_iso {
    use jiff::civil::Date;
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    pub fn serialize<S: Serializer>(day: &Option<Date>, to: S) -> Result<S::Ok, S::Error> {
        day.map(|day| day.to_string()).serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Date>, D::Error> {
        let text = Option::<String>::deserialize(from)?;
        let read = |text: String| text.parse().map_err(|_| D::Error::custom("not a day"));
        text.map(read).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    fn contact() -> Contact {
        Contact {
            role: ContactRole::LiaisonA,
            name: "冯演示".to_owned(),
            position: "科员".to_owned(),
            office_phone: String::new(),
            mobile: "13800001234".to_owned(),
            email: "feng@example.cn".to_owned(),
            measures: vec![MeasureNumber(1)],
            from: "2021-04-06".parse().unwrap(),
            until: None,
        }
    }

    #[test]
    fn telephones_are_masked_in_the_middle() {
        for (phone, masked) in [
            ("13800001234", "138****1234"),
            ("0375-2345678", "037*-***5678"),
            ("2345678", "23***78"),
            ("110", "*10"),
            ("+86 138 0000 1234", "+86 1** **** 1234"),
            ("", ""),
        ] {
            assert_eq!(mask_phone(phone), masked);
        }
        assert_eq!(mask_email("feng@example.cn"), "f***@example.cn");
        let masked = contact().masked();
        assert_eq!(masked.name, "冯演示");
        assert!(!format!("{masked:?}").contains("13800001234"));
    }

    #[test]
    fn a_line_holds_from_its_first_to_its_last_day() {
        let mut contact = contact();
        let day = |text: &str| text.parse().unwrap();
        assert!(!contact.is_in_force(day("2021-04-05")));
        assert!(contact.is_in_force(day("2021-04-06")) && contact.is_in_force(day("2022-01-01")));
        contact.until = Some(day("2021-04-16"));
        assert!(contact.is_in_force(day("2021-04-16")) && !contact.is_in_force(day("2021-04-17")));
    }

    #[test]
    fn what_is_no_line_is_told_by_its_field() {
        let campaign = fixture::campaign(fixture::SMALL);
        let check = |change: fn(&mut Contact), expected: Result<(), ContactFault>| {
            let mut contact = contact();
            change(&mut contact);
            assert_eq!(contact.check(&campaign), expected, "{contact:?}");
        };
        check(|_| {}, Ok(()));
        check(|it| it.name = " ".into(), Err(ContactFault::Name));
        check(|it| it.position = "长".repeat(200), Err(ContactFault::Name));
        check(|it| it.mobile.clear(), Err(ContactFault::Phone));
        check(|it| it.mobile = "１３８".into(), Err(ContactFault::Phone));
        check(|it| it.mobile = "问值班室".into(), Err(ContactFault::Phone));
        check(|it| it.email = "feng".into(), Err(ContactFault::Email));
        check(
            |it| it.email = "a@b\r\nBcc: c@d".into(),
            Err(ContactFault::Email),
        );
        check(
            |it| it.measures = vec![MeasureNumber(9)],
            Err(ContactFault::Measures),
        );
        check(
            |it| it.until = Some("2021-04-05".parse().unwrap()),
            Err(ContactFault::Dates),
        );
        check(
            |it| {
                it.role = ContactRole::Duty;
                it.name.clear();
            },
            Ok(()),
        );
    }

    #[test]
    fn a_line_reads_back_as_it_was_kept() {
        let mut all = vec![contact()];
        all[0].until = Some("2021-05-01".parse().unwrap());
        all.push(contact());
        let json = serde_json::to_string(&all).unwrap();
        assert_eq!(serde_json::from_str::<Vec<Contact>>(&json).unwrap(), all);
        assert_eq!(all[0].differences(&all[1]), [ContactField::Until]);
    }
}
