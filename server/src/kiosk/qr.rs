//! QR codes: drawn as SVG, and read from a picture that somebody took.
//!
//! A picture comes from outside: its bytes, its sides and the memory for its points are bounded
//! before any point is read, and only one is read at a time.

use std::fmt::Write as _;
use std::io::Cursor;

use hocvu_core::qr;
use hocvu_core::text::Qr;
use image::imageops::FilterType;
use image::{DynamicImage, GrayImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use tokio::sync::Semaphore;

/// The most bytes of a picture: what phones make of 12 million points, and more.
pub const PICTURE_BYTES_MAX: usize = 12 * 1024 * 1024;
/// The longest side of a picture, and its most points.
const SIDE_MAX: u32 = 12_000;
const POINTS_MAX: u64 = 25_000_000;
/// What a decoder may take: the points in three colours, and its own tables.
const DECODER_BYTES_MAX: u64 = 4 * POINTS_MAX;
/// Points around the drawing; readers want four.
const QUIET: u32 = 4;
/// The longest sides at which a picture is searched: small is quick and smooths the noise of a
/// camera, large finds a code that fills little of the picture.
const SEARCHED_SIDES: [u32; 3] = [800, 1_600, 3_200];
/// Pictures that are read at once.
static READING: Semaphore = Semaphore::const_new(1);

/// Why nothing was read from a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureFault {
    /// It is neither JPEG nor PNG, or is broken.
    NoPicture,
    /// It has too many bytes or points.
    TooLarge,
    /// There is no QR code in it that can be read.
    NoCode,
}

/// Draws a text as a QR code, black on white in any colours of the page, since some readers take no
/// other. `label` says what it is to whoever does not see it. `None` for a text that is too long.
pub fn svg(text: &str, label: &str) -> Option<String> {
    let code = Qr::of(text)?;
    let side = code.side + 2 * QUIET;
    let mut dark = String::new();
    for y in 0..code.side {
        let mut x = 0;
        while x < code.side {
            let begin = x;
            while x < code.side && code.is_dark(x, y) {
                x += 1;
            }
            if x > begin {
                let (left, top, width) = (begin + QUIET, y + QUIET, x - begin);
                write!(dark, "M{left} {top}h{width}v1h-{width}z").expect("memory takes it");
            }
            x += 1;
        }
    }
    let label = super::html::escape(label);
    Some(format!(
        "<svg class=\"qr\" role=\"img\" aria-label=\"{label}\" viewBox=\"0 0 {side} {side}\" \
         shape-rendering=\"crispEdges\"><path fill=\"#fff\" stroke=\"none\" \
         d=\"M0 0h{side}v{side}h-{side}z\"/><path fill=\"#000\" stroke=\"none\" d=\"{dark}\"/></svg>"
    ))
}

/// Reads the QR code in a picture, away from the threads that serve pages.
pub async fn read(bytes: Vec<u8>) -> Result<String, PictureFault> {
    let _turn = READING.acquire().await.expect("the semaphore is never closed");
    // A decoder that panics has not read a code.
    let read = tokio::task::spawn_blocking(move || read_now(&bytes)).await;
    read.unwrap_or(Err(PictureFault::NoPicture))
}

fn read_now(bytes: &[u8]) -> Result<String, PictureFault> {
    let picture = decode(bytes)?;
    let longest = picture.width().max(picture.height());
    for side in SEARCHED_SIDES {
        if let Some(text) = search(&shrunk(&picture, side)) {
            return Ok(text);
        }
        if side >= longest {
            break;
        }
    }
    Err(PictureFault::NoCode)
}

fn decode(bytes: &[u8]) -> Result<GrayImage, PictureFault> {
    if bytes.len() > PICTURE_BYTES_MAX {
        return Err(PictureFault::TooLarge);
    }
    let broken = |_| PictureFault::NoPicture;
    let format = image::guess_format(bytes).map_err(broken)?;
    if !matches!(format, ImageFormat::Jpeg | ImageFormat::Png) {
        return Err(PictureFault::NoPicture);
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_MAX);
    limits.max_image_height = Some(SIDE_MAX);
    limits.max_alloc = Some(DECODER_BYTES_MAX);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(|error| match error {
        image::ImageError::Limits(_) => PictureFault::TooLarge,
        _ => PictureFault::NoPicture,
    })?;
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 {
        return Err(PictureFault::NoPicture);
    }
    if u64::from(width) * u64::from(height) > POINTS_MAX
        || decoder.total_bytes() > DECODER_BYTES_MAX
    {
        return Err(PictureFault::TooLarge);
    }
    Ok(DynamicImage::from_decoder(decoder).map_err(broken)?.into_luma8())
}

/// The picture at a size at which no side is longer than this; never larger than it is.
fn shrunk(picture: &GrayImage, side: u32) -> GrayImage {
    let longest = picture.width().max(picture.height());
    if longest <= side {
        return picture.clone();
    }
    let scaled = |n: u32| (u64::from(n) * u64::from(side) / u64::from(longest)).max(1);
    let size = |n: u32| u32::try_from(scaled(n)).expect("it is at most the side");
    let (width, height) = (size(picture.width()), size(picture.height()));
    image::imageops::resize(picture, width, height, FilterType::Triangle)
}

/// The first code that reads whole.
fn search(picture: &GrayImage) -> Option<String> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    qr::read(picture.as_raw(), width, height).expect("it was shrunk to few enough points")
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{ImageEncoder, Luma};

    const CODE: &str = "HOCVUC-ABCDEFGHIJKLMNOPQRSTUVWXYZ234567ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// A picture of a code as a camera makes it: on grey, with a shade across it and some noise.
    fn photographed(text: &str, point: u32, margin: u32) -> GrayImage {
        let code = Qr::of(text).unwrap();
        let side = (code.side + 8) * point + 2 * margin;
        GrayImage::from_fn(side, side, |x, y| {
            let at = |n: u32| (n.checked_sub(margin)? / point).checked_sub(QUIET);
            let dark = at(x).zip(at(y)).is_some_and(|(x, y)| code.is_dark(x, y));
            let noise = (x * 7_919 + y * 104_729) % 17;
            Luma([(if dark { 30 } else { 170 } + x * 40 / side + noise) as u8])
        })
    }

    fn png(picture: &GrayImage) -> Vec<u8> {
        let mut bytes = Vec::new();
        let (width, height) = picture.dimensions();
        image::codecs::png::PngEncoder::new(&mut bytes)
            .write_image(picture, width, height, image::ExtendedColorType::L8)
            .unwrap();
        bytes
    }

    #[test]
    fn a_photographed_code_is_read_from_png_and_jpeg() {
        for (point, margin) in [(4, 10), (9, 300)] {
            let picture = photographed(CODE, point, margin);
            assert_eq!(read_now(&png(&picture)).as_deref(), Ok(CODE), "{point} {margin}");
            let mut jpeg = Vec::new();
            picture.write_with_encoder(image::codecs::jpeg::JpegEncoder::new(&mut jpeg)).unwrap();
            assert_eq!(read_now(&jpeg).as_deref(), Ok(CODE), "{point} {margin}");
        }
    }

    #[test]
    fn what_is_no_picture_or_has_no_code_says_so() {
        let plain = GrayImage::from_pixel(300, 200, Luma([200]));
        assert_eq!(read_now(&png(&plain)), Err(PictureFault::NoCode));
        for bytes in [&b""[..], b"GIF89a", b"\x89PNG\r\n\x1a\n", b"<svg/>", &[0xff; 4_000]] {
            assert_eq!(read_now(bytes), Err(PictureFault::NoPicture));
        }
        let whole = png(&photographed(CODE, 4, 0));
        for cut in [40, whole.len() / 2, whole.len() - 20] {
            assert!(read_now(&whole[..cut]).is_err(), "cut at {cut}");
        }
    }

    #[test]
    fn a_picture_that_claims_too_many_points_is_not_read() {
        let mut bytes = png(&GrayImage::from_pixel(8, 8, Luma([0])));
        // The width and height that a PNG's first chunk claims, and the chunk's check.
        for (width, height) in [(60_000u32, 60_000u32), (11_000, 11_000)] {
            bytes[16..20].copy_from_slice(&width.to_be_bytes());
            bytes[20..24].copy_from_slice(&height.to_be_bytes());
            let check = crc(&bytes[12..29]);
            bytes[29..33].copy_from_slice(&check.to_be_bytes());
            assert_eq!(read_now(&bytes), Err(PictureFault::TooLarge), "{width}");
        }
        let long = vec![0xff; PICTURE_BYTES_MAX + 1];
        assert_eq!(read_now(&long), Err(PictureFault::TooLarge));
    }

    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
                if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 }
            })
        })
    }

    #[test]
    fn a_drawing_shows_what_it_encodes() {
        let drawn = svg("HOCVU1-ABC", "a \"label\"").unwrap();
        assert!(drawn.contains("a &quot;label&quot;") && drawn.contains("viewBox=\"0 0 29 29\""));
        assert!(svg(&"A".repeat(5_000), "").is_none());
    }
}
