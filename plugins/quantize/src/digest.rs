//! A fingerprint of pixels.

/// Digest of `rgba` bytes, to tell whether two programs hold the same pixels: FNV-1a, 64 bits.
///
/// It finds accidents (a decoder that differs, a canvas that adds noise), not attacks. Alpha takes
/// part like every other byte; the pictures meant here are opaque.
///
/// Fowler, Noll, Vo, Eastlake, "The FNV Non-Cryptographic Hash Algorithm" (IETF draft).
#[must_use]
pub fn digest(rgba: &[u8]) -> u64 {
    rgba.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::digest;

    #[test]
    fn known_vectors() {
        assert_eq!(digest(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(digest(b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(digest(b"foobar"), 0x8594_4171_f739_67e8);
    }
}
