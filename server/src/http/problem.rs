//! Answers that are not a success: a stable word and a sentence.

use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use diaodu_wire::http::ErrorBody;

use crate::{
    storage::StorageError,
    text::{Language, say},
    week::ViewError,
};

/// The stable word of an answer that is a problem, for whoever looks at answers.
#[derive(Debug, Clone, Copy)]
pub struct Word(pub &'static str);

/// What went wrong.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    word: &'static str,
    language: Language,
    arguments: Vec<(&'static str, String)>,
    retry_after_seconds: Option<u64>,
}

impl Problem {
    /// A problem whose sentence is `http-<word>`.
    pub fn new(status: StatusCode, word: &'static str, language: Language) -> Problem {
        Problem {
            status,
            word,
            language,
            arguments: Vec::new(),
            retry_after_seconds: None,
        }
    }

    /// Fills in a part of the sentence.
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Problem {
        self.arguments.push((name, value.to_string()));
        self
    }

    /// Says when to come again.
    pub fn retry_after(mut self, seconds: u64) -> Problem {
        self.retry_after_seconds = Some(seconds);
        self.with("seconds", seconds)
    }

    /// A week cannot be shown.
    pub fn view(error: &ViewError, language: Language) -> Problem {
        match error {
            ViewError::NoWeek => Problem::new(StatusCode::NOT_FOUND, "no-such-week", language),
            ViewError::NoSnapshot => Problem::new(StatusCode::NOT_FOUND, "no-snapshot", language),
            ViewError::Storage(error) => Problem::storage(error, language),
        }
    }

    /// Storage failed: logged here, told without details.
    pub fn storage(error: &StorageError, language: Language) -> Problem {
        tracing::error!("{error}");
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "storage", language)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let arguments: Vec<_> = self
            .arguments
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let message = say(self.language, &format!("http-{}", self.word), &arguments);
        let body = Json(ErrorBody {
            error: self.word.to_owned(),
            message,
        });
        let mut response =
            (self.status, [(header::CACHE_CONTROL, "no-store")], body).into_response();
        response.extensions_mut().insert(Word(self.word));
        if let Some(seconds) = self.retry_after_seconds {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}
