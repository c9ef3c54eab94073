//! The sample that the product ships: a campaign and one invented week.

use diaodu_plan::campaign::Campaign;

/// The sample campaign as its file.
pub const CAMPAIGN: &str = include_str!("../campaigns/weidong-60.toml");

/// Week 2 of the sample, 176 invented rows; people and telephones are fictional.
pub const SAMPLE_WEEK_JSON: &str = include_str!("../fixtures/sample-week.json");

/// Returns the sample campaign.
pub fn campaign() -> Campaign {
    let (campaign, misreads) = crate::campaign_file::read(CAMPAIGN);
    campaign.unwrap_or_else(|| unreachable!("the shipped campaign does not read: {misreads:?}"))
}

#[cfg(test)]
#[path = "sample_tests.rs"]
mod tests;
