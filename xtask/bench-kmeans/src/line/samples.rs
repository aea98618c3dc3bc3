//! Random numbers of three distributions, always the same.

/// A distribution about 0.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Distribution {
    Gaussian,
    Laplace,
    /// With five degrees of freedom.
    StudentT,
}

impl Distribution {
    pub(crate) const ALL: [Self; 3] = [Self::Gaussian, Self::Laplace, Self::StudentT];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Gaussian => "Gaussian",
            Self::Laplace => "Laplace",
            Self::StudentT => "Student-t(5)",
        }
    }

    pub(crate) fn samples(self, count: usize) -> Vec<f32> {
        let mut uniform = Uniform(0x0123_4567_89ab_cdef);
        (0..count).map(|_| self.sample(&mut uniform) as f32).collect()
    }

    fn sample(self, uniform: &mut Uniform) -> f64 {
        match self {
            Self::Gaussian => gaussian(uniform),
            Self::Laplace => (uniform.next() / uniform.next()).ln(),
            Self::StudentT => {
                let squares: f64 = (0..5).map(|_| gaussian(uniform).powi(2)).sum();
                gaussian(uniform) / (squares / 5.0).sqrt()
            }
        }
    }
}

/// Weights as those of a network may be: most are small, few are large.
pub(crate) fn weights(count: usize) -> Vec<f32> {
    let mut uniform = Uniform(0xfedc_ba98_7654_3210);
    (0..count).map(|_| gaussian(&mut uniform).powi(2) as f32).collect()
}

/// Box and Muller (1958).
fn gaussian(uniform: &mut Uniform) -> f64 {
    let (radius, turn) = (uniform.next(), uniform.next());
    (-2.0 * radius.ln()).sqrt() * (std::f64::consts::TAU * turn).cos()
}

/// SplitMix64 (Steele, Lea and Flood 2014), as numbers between 0 and 1, neither included.
struct Uniform(u64);

impl Uniform {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^= bits >> 31;
        ((bits >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variances_are_those_of_the_books() {
        for (distribution, variance) in Distribution::ALL.into_iter().zip([1.0, 2.0, 5.0 / 3.0]) {
            let samples = distribution.samples(200_000);
            let mean: f64 = samples.iter().map(|&x| f64::from(x)).sum::<f64>() / 2e5;
            let square: f64 = samples.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>() / 2e5;
            assert!(mean.abs() < 0.01, "{distribution:?}: mean {mean}");
            assert!((square / variance - 1.0).abs() < 0.03, "{distribution:?}: {square}");
        }
    }
}
