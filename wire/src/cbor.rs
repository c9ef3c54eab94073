//! Reading CBOR that a stranger wrote: bounded, lenient about tags, lengths and unknown keys.

use minicbor::{Decoder, data::Type};

use crate::{
    limits::{MAP_ENTRIES_MAX, NESTING_MAX},
    repo::FrameError,
};

/// Reads one map and hands each text key to `field`, which must consume the value.
pub fn map<'b>(
    decoder: &mut Decoder<'b>,
    mut field: impl FnMut(&str, &mut Decoder<'b>) -> Result<(), FrameError>,
) -> Result<(), FrameError> {
    let announced = decoder.map()?;
    if announced.is_some_and(|n| n > MAP_ENTRIES_MAX) {
        return Err(FrameError::TooManyFields);
    }
    let mut seen = 0;
    while announced.map_or_else(
        || decoder.datatype().map(|t| t != Type::Break),
        |n| Ok(seen < n),
    )? {
        seen += 1;
        if seen > MAP_ENTRIES_MAX {
            return Err(FrameError::TooManyFields);
        }
        let key = text(decoder)?.ok_or(FrameError::Field("key"))?;
        field(&key, decoder)?;
    }
    if announced.is_none() {
        decoder.skip()?;
    }
    Ok(())
}

/// Reads a text; `None` for null and undefined.
pub fn text(decoder: &mut Decoder<'_>) -> Result<Option<String>, FrameError> {
    match decoder.datatype()? {
        Type::Null | Type::Undefined => {
            decoder.skip()?;
            Ok(None)
        }
        Type::String => Ok(Some(decoder.str()?.to_owned())),
        Type::StringIndef => {
            let mut text = String::new();
            for part in decoder.str_iter()? {
                text.push_str(part?);
            }
            Ok(Some(text))
        }
        _ => Err(FrameError::Field("text")),
    }
}

/// Reads a byte string with or without tag 64; `None` for null and undefined.
pub fn bytes(decoder: &mut Decoder<'_>) -> Result<Option<Vec<u8>>, FrameError> {
    if decoder.datatype()? == Type::Tag {
        decoder.tag()?;
    }
    match decoder.datatype()? {
        Type::Null | Type::Undefined => {
            decoder.skip()?;
            Ok(None)
        }
        Type::Bytes => Ok(Some(decoder.bytes()?.to_vec())),
        Type::BytesIndef => {
            let mut bytes = Vec::new();
            for part in decoder.bytes_iter()? {
                bytes.extend_from_slice(part?);
            }
            Ok(Some(bytes))
        }
        _ => Err(FrameError::Field("bytes")),
    }
}

/// Reads an unsigned number, also one that JavaScript wrote as a float; `None` for null and undefined.
pub fn count(decoder: &mut Decoder<'_>) -> Result<Option<u64>, FrameError> {
    match decoder.datatype()? {
        Type::Null | Type::Undefined => {
            decoder.skip()?;
            Ok(None)
        }
        Type::U8 | Type::U16 | Type::U32 | Type::U64 => Ok(Some(decoder.u64()?)),
        Type::F16 | Type::F32 | Type::F64 => {
            let number = decoder.f64()?;
            if (0.0..=9_007_199_254_740_991.0).contains(&number) {
                Ok(Some(number as u64))
            } else {
                Err(FrameError::Field("count"))
            }
        }
        _ => Err(FrameError::Field("count")),
    }
}

/// Skips one value, however it is nested within the bound.
pub fn skip(decoder: &mut Decoder<'_>) -> Result<(), FrameError> {
    skip_below(decoder, NESTING_MAX)
}

fn skip_below(decoder: &mut Decoder<'_>, depth: u8) -> Result<(), FrameError> {
    let deeper = depth.checked_sub(1).ok_or(FrameError::TooDeep)?;
    match decoder.datatype()? {
        Type::Array | Type::ArrayIndef => skip_items(decoder, deeper, 1),
        Type::Map | Type::MapIndef => skip_items(decoder, deeper, 2),
        Type::Tag => {
            decoder.tag()?;
            skip_below(decoder, deeper)
        }
        _ => Ok(decoder.skip()?),
    }
}

fn skip_items(
    decoder: &mut Decoder<'_>,
    depth: u8,
    values_per_item: u64,
) -> Result<(), FrameError> {
    let announced = if values_per_item == 1 {
        decoder.array()?
    } else {
        decoder.map()?
    };
    match announced {
        Some(items) => {
            for _ in 0..items.saturating_mul(values_per_item) {
                skip_below(decoder, depth)?;
            }
        }
        None => {
            while decoder.datatype()? != Type::Break {
                skip_below(decoder, depth)?;
            }
            decoder.skip()?;
        }
    }
    Ok(())
}
