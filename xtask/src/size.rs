//! How many bytes go over the wire.

use std::io::Write;

/// Brotli's highest quality, as a static host compresses once and serves often.
const QUALITY: u32 = 11;
/// A window of 4 MiB, brotli's largest without the large-window extension.
const WINDOW_BITS: u32 = 22;

/// `bytes` compressed with brotli (RFC 7932), quality 11, window 22.
pub fn brotli_compress(bytes: &[u8]) -> Vec<u8> {
    let mut compressor = brotli::CompressorWriter::new(Vec::new(), 1 << 14, QUALITY, WINDOW_BITS);
    // Writing into a vector cannot fail; `into_inner` finishes the stream.
    let written = compressor.write_all(bytes);
    debug_assert!(written.is_ok(), "brotli refused to write into memory");
    compressor.into_inner()
}

/// The number of bytes that `bytes` take after [`brotli_compress`]: what budgets are counted in.
///
/// ```
/// assert!(xtask::brotli_len(&[b'a'; 10_000]) < 20);
/// ```
pub fn brotli_len(bytes: &[u8]) -> usize {
    brotli_compress(bytes).len()
}

#[cfg(test)]
mod tests {
    use super::{brotli_compress, brotli_len};
    use std::io::Read;

    #[test]
    fn compressed_bytes_come_back() {
        let text = "the mean of a set of colours is itself a colour; ".repeat(50);
        let compressed = brotli_compress(text.as_bytes());
        assert_eq!(brotli_len(text.as_bytes()), compressed.len());
        assert!(compressed.len() < 100, "{} bytes", compressed.len());
        let mut back = String::new();
        brotli::Decompressor::new(&compressed[..], 4096).read_to_string(&mut back).unwrap();
        assert_eq!(back, text);
    }

    #[test]
    fn nothing_compresses_to_an_empty_stream() {
        let mut back = Vec::new();
        let stream = brotli_compress(b"");
        brotli::Decompressor::new(&stream[..], 16).read_to_end(&mut back).unwrap();
        assert!(!stream.is_empty() && back.is_empty());
    }
}
