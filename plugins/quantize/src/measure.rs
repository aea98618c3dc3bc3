//! What a palettized picture costs and how far it is from the original.

use alloc::vec;
use alloc::vec::Vec;

/// How often each of the first `k` indices occurs. Indices from `k` on are not counted.
#[must_use]
pub fn counts(indices: &[u8], k: usize) -> Vec<u64> {
    let mut counts = vec![0; k];
    for &index in indices {
        if let Some(count) = counts.get_mut(usize::from(index)) {
            *count += 1;
        }
    }
    counts
}

/// Entropy of a symbol that occurs with these frequencies, in bits per symbol: what an ideal
/// order-0 entropy coder would pay for each index. 0 where nothing was counted.
///
/// Shannon, "A Mathematical Theory of Communication" (1948).
#[must_use]
pub fn entropy_bits(counts: &[u64]) -> f64 {
    let total: u64 = counts.iter().sum();
    counts
        .iter()
        .filter(|&&count| count > 0)
        .map(|&count| {
            let share = count as f64 / total as f64;
            // The reciprocal keeps a lone symbol at +0 rather than -0.
            share * libm::log2(total as f64 / count as f64)
        })
        // From +0: an empty float sum would be -0.
        .fold(0.0, |bits, part| bits + part)
}

/// Peak signal-to-noise ratio in decibels of a picture of 8-bit sRGB bytes with three channels,
/// from the squared error summed over all pixels and channels. Infinite where the error is 0.
///
/// The mean is over `3 * pixels` samples and the peak is 255, as is usual for colour pictures.
#[must_use]
pub fn psnr_db(sum_squared_error: u64, pixels: usize) -> f64 {
    if sum_squared_error == 0 {
        return f64::INFINITY;
    }
    let mean = sum_squared_error as f64 / (3.0 * pixels as f64);
    10.0 * libm::log10(255.0 * 255.0 / mean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_every_index_within_k() {
        assert_eq!(counts(&[0, 2, 2, 1, 2, 9], 4), [1, 1, 3, 0]);
        assert_eq!(counts(&[1, 2], 0), [] as [u64; 0]);
    }

    #[test]
    fn entropy_of_even_and_lone_symbols() {
        assert_eq!(entropy_bits(&[7, 7, 7, 7]), 2.0);
        assert_eq!(entropy_bits(&[1, 1, 2]), 1.5);
        for silent in [&[][..], &[0, 0], &[9], &[0, 9, 0]] {
            assert_eq!(entropy_bits(silent).to_bits(), 0.0_f64.to_bits());
        }
    }

    #[test]
    fn psnr_of_known_errors() {
        assert_eq!(psnr_db(0, 0), f64::INFINITY);
        assert_eq!(psnr_db(0, 12), f64::INFINITY);
        // Every sample off by 255: the worst there is.
        assert_eq!(psnr_db(3 * 255 * 255 * 10, 10), 0.0);
        // A tenth of that, 10 dB better.
        assert_eq!(psnr_db(3 * 255 * 255, 10), 10.0);
    }
}
