//! Finite floats as integers that sort alike.

/// The first key of the positive numbers; +0 has it, and -0 shares it.
const ZERO: u32 = 0x8000_0000;

/// Rises with the value. Neighbouring floats have neighbouring keys.
#[inline(always)]
pub(crate) fn key(value: f32) -> u32 {
    // -0 becomes +0.
    let bits = (value + 0.0).to_bits();
    if bits & ZERO == 0 { bits | ZERO } else { !bits }
}

/// The value that has this key.
pub(crate) fn value(key: u32) -> f64 {
    f64::from(f32::from_bits(if key & ZERO == 0 { !key } else { key ^ ZERO }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn keys_sort_like_values(a in any::<f32>(), b in any::<f32>()) {
            prop_assume!(a.is_finite() && b.is_finite());
            prop_assert_eq!(key(a).cmp(&key(b)), a.partial_cmp(&b).unwrap());
            prop_assert_eq!(value(key(a)), f64::from(a));
        }
    }

    #[test]
    fn zeros_are_one() {
        assert_eq!(key(-0.0), key(0.0));
        assert_eq!(value(key(-0.0)).to_bits(), 0.0_f64.to_bits());
        assert_eq!(key(f32::from_bits(1)), key(0.0) + 1);
    }
}
