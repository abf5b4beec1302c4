//! Medians, spreads, and ratios of what was measured by turns.

/// The middle of several values, and the outermost of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The middle one, or of an even number the mean of the two in the middle.
    pub median: f64,
    /// The lowest.
    pub low: f64,
    /// The highest.
    pub high: f64,
}

impl Spread {
    /// Of values; none of none.
    pub fn of(mut values: Vec<f64>) -> Option<Spread> {
        values.sort_by(f64::total_cmp);
        let middle = values.len() / 2;
        let upper = *values.get(middle)?;
        let lower = if values.len() % 2 == 1 { upper } else { *values.get(middle - 1)? };
        Some(Spread { median: (lower + upper) / 2.0, low: *values.first()?, high: *values.last()? })
    }
}

/// The first server over the second: the spread of the rounds' own ratios, so that what the machine
/// did besides in a round falls on both sides of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ratio {
    /// Of the rounds that have both.
    pub spread: Spread,
    /// How many rounds these are.
    pub rounds: usize,
}

impl Ratio {
    /// Of values by round.
    pub fn of(first: &[(u32, f64)], second: &[(u32, f64)]) -> Option<Ratio> {
        let in_both = first.iter().filter_map(|(round, value)| {
            let (_, other) = second.iter().find(|(other, _)| other == round)?;
            Some(value / other).filter(|ratio| ratio.is_finite())
        });
        let ratios: Vec<f64> = in_both.collect();
        let rounds = ratios.len();
        Spread::of(ratios).map(|spread| Ratio { spread, rounds })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spreads() {
        let spread = |values: &[f64]| {
            Spread::of(values.to_vec()).map(|spread| (spread.low, spread.median, spread.high))
        };
        assert_eq!(spread(&[]), None);
        assert_eq!(spread(&[3.0]), Some((3.0, 3.0, 3.0)));
        assert_eq!(spread(&[3.0, 1.0, 2.0]), Some((1.0, 2.0, 3.0)));
        assert_eq!(spread(&[4.0, 1.0, 2.0, 3.0]), Some((1.0, 2.5, 4.0)));
    }

    #[test]
    fn a_ratio_is_of_the_rounds_that_have_both() {
        let first = [(1, 10.0), (2, 30.0), (3, 8.0), (5, 1.0)];
        let second = [(2, 10.0), (1, 5.0), (3, 8.0), (4, 7.0), (5, 0.0)];
        let ratio = Ratio::of(&first, &second).expect("three rounds");
        assert_eq!(ratio, Ratio { spread: Spread { median: 2.0, low: 1.0, high: 3.0 }, rounds: 3 });
        assert_eq!(Ratio::of(&first, &[]), None);
    }
}
