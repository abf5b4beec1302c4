//! Which of its forms a file is sent in: `Accept-Encoding` with its weights, as RFC 9110 has it
//! (section 12.5.3).

/// A form of a file, as `Content-Encoding` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// `br`.
    Brotli,
    /// `gzip`.
    Gzip,
    /// As it is.
    Identity,
}

impl Coding {
    /// The name in `Content-Encoding`; what is sent as it is has none.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        match self {
            Coding::Brotli => Some("br"),
            Coding::Gzip => Some("gzip"),
            Coding::Identity => None,
        }
    }
}

/// The form with the highest weight; of equal ones the first in `there`. Where all are refused,
/// the file is sent as it is, which says more than an error.
pub(crate) fn choose(accepted: &str, there: &[Coding]) -> Coding {
    let mut chosen = (Coding::Identity, 0);
    for &coding in there {
        let weight = weight(accepted, coding);
        if weight > chosen.1 {
            chosen = (coding, weight);
        }
    }
    chosen.0
}

/// Thousandths; 0 is refused.
fn weight(accepted: &str, coding: Coding) -> u16 {
    let (mut named, mut others) = (None, None);
    for item in accepted.split(',') {
        let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
        let name = name.trim().to_ascii_lowercase();
        let weight = thousandths(parameters);
        match (name.as_str(), coding) {
            ("br", Coding::Brotli) | ("gzip" | "x-gzip", Coding::Gzip) | ("identity", Coding::Identity) => {
                named = named.or(Some(weight));
            }
            ("*", _) => others = others.or(Some(weight)),
            _ => {}
        }
    }
    // What nobody speaks of is refused, except for the file as it is: that comes last.
    let silent = if coding == Coding::Identity { 1 } else { 0 };
    named.or(others).unwrap_or(silent)
}

/// The weight among an item's parameters: 1 when there is none, 0 when it is no number.
fn thousandths(parameters: &str) -> u16 {
    let weight = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then(|| value.trim())
    });
    match weight.map(str::parse::<f32>) {
        None => 1_000,
        // Between 0 and 1 the cast is exact enough; everything else is brought there.
        Some(Ok(weight)) if weight >= 0.0 => (weight.min(1.0) * 1_000.0).round() as u16,
        Some(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_form_wins() {
        use Coding::{Brotli, Gzip, Identity};
        let check = |accepted: &str, expected: Coding| {
            assert_eq!(choose(accepted, &[Brotli, Gzip, Identity]), expected, "{accepted}");
        };
        check("", Identity);
        check("gzip", Gzip);
        check("gzip, deflate, br, zstd", Brotli);
        check("GZIP ; Q=0.5", Gzip);
        check("br;q=0.2, gzip;q=0.8", Gzip);
        check("br;q=0.2, x-gzip;q=0.8", Gzip);
        check("br;q=0, gzip;q=0", Identity);
        check("*", Brotli);
        check("*;q=0.5, br;q=0", Gzip);
        check("gzip;q=0.5, identity", Identity);
        check("identity;q=0, *;q=0", Identity);
        check("deflate", Identity);
        check("br;q=nonsense, gzip;q=0.001", Gzip);
        check("br;q=NaN", Identity);
        check("br;q=-1", Identity);
        check(",,;;=", Identity);
        assert_eq!(choose("br, gzip", &[Identity]), Identity);
        assert_eq!(choose("br, gzip;q=0.1", &[Gzip, Identity]), Gzip);
    }
}
