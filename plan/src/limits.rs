//! Bounds of the domain, each with its reason.

/// 30,000 bytes, 10,000 Chinese characters: twenty times a long report, and below the 32,767 characters of a spreadsheet cell.
pub const LONG_TEXT_BYTES_MAX: usize = 30_000;

/// 3,000 bytes, 1,000 Chinese characters: names of persons, remarks and reasons, with room for a paragraph.
pub const TEXT_BYTES_MAX: usize = 3_000;

/// 999,999,999: nobody counts more, and the sum over all weeks and units stays exact in a spreadsheet.
pub const COUNT_MAX: u64 = 999_999_999;

/// 253,402,300,799,999 ms: the end of the year 9999; what a desk's clock says beyond is no moment.
pub const MOMENT_MILLIS_MAX: u64 = 253_402_300_799_999;

/// 1,440 minutes: grace of more than a day would be another due time.
pub const GRACE_MINUTES_MAX: u16 = 1_440;

/// 3,200 bytes: `reporter:` + a name as long as its cell allows + `/phone`.
pub const ENTRY_KEY_BYTES_MAX: usize = TEXT_BYTES_MAX + 200;

/// 2,000 entries: a unit of 200 persons with ten entries each.
pub const CARD_ENTRIES_MAX: usize = 2_000;

/// 200 bytes: 128 bits as letters, an account and a word.
pub const TALK_KEY_BYTES_MAX: usize = 200;

/// 12,000 keys: 2,000 comments of six, thirty on each row of a large unit in one week.
pub const TALK_KEYS_MAX: usize = 12_000;

/// 20 units called in one comment: whoever means more means all.
pub const MENTIONS_MAX: usize = 20;

/// 99 measures: a row id has two digits for the measure.
pub const MEASURES_MAX: usize = 99;

/// 99 special actions: never more than measures.
pub const ACTIONS_MAX: usize = MEASURES_MAX;

/// 200 units: a large district has 60, and each has a sheet a week.
pub const UNITS_MAX: usize = 200;

/// 60 weeks: a campaign of a year, with room.
pub const WEEKS_MAX: usize = 60;

/// 10,000 rows a week: 60 sheets of a large district; the table on screen is measured at this size.
pub const ROWS_MAX: usize = 10_000;

/// 40 bytes: ids stand in addresses, file names and row ids.
pub const ID_BYTES_MAX: usize = 40;

/// 600 bytes, 200 Chinese characters: names and titles fit a heading.
pub const NAME_BYTES_MAX: usize = 600;

/// 10 moments a week at which units are reminded: more would not be read.
pub const REMINDERS_MAX: usize = 10;

/// 10,080 minutes: a week before due.
pub const REMINDER_MINUTES_MAX: u16 = 10_080;

/// 300 bytes, 100 Chinese characters: names, positions and addresses of persons.
pub const CONTACT_TEXT_BYTES_MAX: usize = 300;

/// 60 bytes of a telephone: three of them with marks between.
pub const PHONE_BYTES_MAX: usize = 60;

/// 20 sections of a plan's text, and 20 attachments: plans have four of the one and two of the other.
pub const PLAN_PARTS_MAX: usize = 20;

/// 10 MiB a file: a stamped form of a few pages, scanned in colour, or a photograph as a telephone takes it.
pub const ATTACHMENT_BYTES_MAX: u64 = 10 * 1024 * 1024;

/// 255 bytes, 85 Chinese characters, of a file's name: what file systems take.
pub const ATTACHMENT_NAME_BYTES_MAX: usize = 255;

/// 20 files of one row at once: more pictures of one week's work are not looked at.
pub const ATTACHMENTS_PER_ROW_MAX: usize = 20;

/// 200 files of one row in all, removed ones among them: every one leaves its trace in the sheet.
pub const ATTACHMENTS_EVER_MAX: usize = 200;

/// 200 MiB of one unit in one week: ten files of 2 MiB in each of ten rows; 60 units and 9 weeks then fill 108 GB at worst.
pub const ATTACHMENTS_BYTES_MAX: u64 = 200 * 1024 * 1024;

/// 20 levels: the catalogue uses 6; a document from outside may pretend to more.
pub const NESTING_MAX: usize = 20;

/// 70,000 names in a circular: each of the kinds for each of 10,000 rows.
pub const MENTIONS_TICKED_MAX: usize = 7 * ROWS_MAX;
