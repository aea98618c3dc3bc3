//! From numbers to places on a plot.

/// A linear or logarithmic scale with its ticks.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Axis {
    low: f64,
    high: f64,
    logarithmic: bool,
    /// Round values to be named.
    pub(super) ticks: Vec<f64>,
}

/// The most ticks of an axis of measurements.
const TICKS: f64 = 5.0;

impl Axis {
    /// For measurements: from a round number below the least to the largest, named at round
    /// distances. Numbers that are not finite are left out.
    pub(super) fn of(values: impl Iterator<Item = f64> + Clone) -> Self {
        let finite = values.filter(|value| value.is_finite());
        let low = finite.clone().fold(f64::INFINITY, f64::min);
        let high = finite.fold(f64::NEG_INFINITY, f64::max);
        if low > high {
            return Self { low: 0.0, high: 1.0, logarithmic: false, ticks: vec![0.0] };
        }
        let steps = [0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0];
        let step = *steps.iter().find(|&&step| (high - low) / step < TICKS).unwrap_or(&100.0);
        let low = (low / step).floor() * step;
        let high = high.max(low + step);
        let count = ((high - low) / step).floor() as u32;
        let ticks = (0..=count).map(|i| low + f64::from(i) * step).collect();
        Self { low, high, logarithmic: false, ticks }
    }

    /// For the numbers of colours: logarithmic where they are not evenly spaced.
    pub(super) fn of_control(ks: &[u16]) -> Self {
        let (low, high) = (ks[0], ks[ks.len() - 1]);
        let even = ks.windows(3).all(|three| three[1] - three[0] == three[2] - three[1]);
        let logarithmic = !even && low > 0;
        let mut ticks = vec![f64::from(low)];
        if logarithmic {
            ticks.extend((0..=8).map(|power| f64::from(1 << power)));
        } else {
            let span = f64::from(high - low);
            let steps = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0];
            let step = *steps.iter().find(|&&step| span / step <= TICKS).unwrap_or(&64.0);
            ticks.extend((1..=256).map(|i| f64::from(i) * step));
        }
        ticks.retain(|&tick| tick >= f64::from(low) && tick <= f64::from(high));
        ticks.dedup();
        let mut axis = Self { low: low.into(), high: high.into(), logarithmic, ticks };
        // Next to the first one there is no room for another name.
        let places: Vec<f64> = axis.ticks.iter().map(|&tick| axis.place(tick)).collect();
        let mut place = places.iter();
        axis.ticks.retain(|_| place.next().is_some_and(|&it| it == 0.0 || it >= 4.0));
        axis
    }

    /// Where a value lies, in percent of the axis, in hundredths; one value alone in the middle.
    pub(super) fn place(&self, value: f64) -> f64 {
        let scale = |value: f64| if self.logarithmic { libm::log2(value) } else { value };
        let (low, high) = (scale(self.low), scale(self.high));
        if low == high {
            return 50.0;
        }
        let share = (scale(value) - low) / (high - low);
        (share.clamp(0.0, 1.0) * 10_000.0).round() / 100.0
    }
}

#[cfg(test)]
mod tests {
    use super::Axis;

    #[test]
    fn ticks_are_round() {
        let axis = Axis::of([12.3, 33.9, f64::INFINITY].into_iter());
        assert_eq!(axis.ticks, [10.0, 15.0, 20.0, 25.0, 30.0]);
        assert_eq!((axis.place(10.0), axis.place(33.9)), (0.0, 100.0));
        assert_eq!(Axis::of([0.0, 6.0].into_iter()).ticks, [0.0, 2.0, 4.0, 6.0]);
        assert_eq!(Axis::of([7.0].into_iter()).ticks, [7.0, 7.5]);
        assert_eq!(Axis::of([f64::NAN].into_iter()).place(0.0), 0.0);
    }

    #[test]
    fn uneven_numbers_of_colours_are_logarithmic() {
        let every: Vec<u16> = (1..=64).collect();
        assert_eq!(Axis::of_control(&every).ticks, [1.0, 16.0, 32.0, 48.0, 64.0]);
        let powers = Axis::of_control(&[1, 2, 4, 8, 16]);
        assert_eq!(powers.ticks, [1.0, 2.0, 4.0, 8.0, 16.0]);
        assert_eq!(powers.place(4.0), 50.0);
        assert_eq!(Axis::of_control(&[5]).place(5.0), 50.0);
    }
}
