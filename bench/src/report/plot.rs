//! A curve, as SVG: a logarithmic axis to the right, a plain one from zero upwards.

use std::fmt;

use super::thousands;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 360.0;
const LEFT: f64 = 80.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 64.0;
const BOTTOM: f64 = 56.0;
/// Lines across, beside the lowest.
const LINES: u32 = 4;
const COLOURS: [&str; 5] = ["#1f6feb", "#d1242f", "#1a7f37", "#9a6700", "#8250df"];

/// Some curves over the same points.
pub(crate) struct Plot {
    title: &'static str,
    x: &'static str,
    y: &'static str,
    curves: Vec<Curve>,
}

struct Curve {
    name: &'static str,
    points: Vec<(f64, f64)>,
}

impl Plot {
    /// An empty plot: what it shows, what goes to the right, what goes up.
    pub(crate) const fn new(title: &'static str, x: &'static str, y: &'static str) -> Self {
        Self {
            title,
            x,
            y,
            curves: Vec::new(),
        }
    }

    /// Adds a point to a curve. What goes to the right is above zero.
    pub(crate) fn point(&mut self, curve: &'static str, x: f64, y: f64) {
        match self.curves.iter_mut().find(|known| known.name == curve) {
            Some(known) => known.points.push((x, y)),
            None => self.curves.push(Curve {
                name: curve,
                points: vec![(x, y)],
            }),
        }
    }

    fn points(&self) -> impl Iterator<Item = (f64, f64)> {
        let all = self.curves.iter().flat_map(|curve| &curve.points);
        all.copied().filter(|(_, y)| y.is_finite())
    }

    fn right(&self, x: f64) -> f64 {
        let all = || self.points().map(|(x, _)| x.log10());
        let (low, high) = (all().fold(f64::MAX, f64::min), all().fold(0.0, f64::max));
        let share = (x.log10() - low) / (high - low).max(f64::EPSILON);
        LEFT + share * (WIDTH - LEFT - RIGHT)
    }

    /// The uppermost line: 1, 2, 4, 5 or 10 times a power of ten, above all points.
    fn most(&self) -> f64 {
        let most = self
            .points()
            .map(|(_, y)| y)
            .fold(f64::MIN_POSITIVE, f64::max);
        let power = 10_f64.powf(most.log10().floor());
        let steps = [1.0, 2.0, 4.0, 5.0, 10.0].map(|step| step * power);
        steps.into_iter().find(|step| *step >= most).unwrap_or(most)
    }

    fn up(&self, y: f64) -> f64 {
        HEIGHT - BOTTOM - y / self.most() * (HEIGHT - TOP - BOTTOM)
    }

    fn grid(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in 0..=LINES {
            let value = self.most() * f64::from(line) / f64::from(LINES);
            let (up, end, at) = (self.up(value), WIDTH - RIGHT, LEFT - 8.0);
            let text = thousands(value);
            writeln!(f, r##"<path d="M{LEFT} {up:.1}H{end}" stroke="#d0d7de"/>"##)?;
            writeln!(
                f,
                r#"<text x="{at}" y="{:.1}" text-anchor="end">{text}</text>"#,
                up + 4.0
            )?;
        }
        let mut places: Vec<f64> = self.points().map(|(x, _)| x).collect();
        places.sort_by(f64::total_cmp);
        places.dedup();
        for x in places {
            let (right, at, text) = (self.right(x), HEIGHT - BOTTOM + 18.0, thousands(x));
            writeln!(
                f,
                r#"<text x="{right:.1}" y="{at}" text-anchor="middle">{text}</text>"#
            )?;
        }
        Ok(())
    }

    fn curve(&self, f: &mut fmt::Formatter<'_>, number: usize, curve: &Curve) -> fmt::Result {
        let colour = COLOURS[number % COLOURS.len()];
        let points = curve.points.iter().filter(|(_, y)| y.is_finite());
        let places: Vec<_> = points.map(|&(x, y)| (self.right(x), self.up(y))).collect();
        write!(
            f,
            r#"<polyline fill="none" stroke="{colour}" stroke-width="2" points=""#
        )?;
        for (x, y) in &places {
            write!(f, "{x:.1},{y:.1} ")?;
        }
        writeln!(f, r#""/>"#)?;
        for (x, y) in &places {
            writeln!(
                f,
                r#"<circle cx="{x:.1}" cy="{y:.1}" r="3" fill="{colour}"/>"#
            )?;
        }
        let (at, name) = (
            LEFT + 160.0 * f64::from(u8::try_from(number).unwrap_or(0)),
            curve.name,
        );
        writeln!(
            f,
            r#"<text x="{at}" y="44" fill="{colour}" font-weight="bold">{name}</text>"#
        )
    }
}

impl fmt::Display for Plot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { title, x, y, .. } = self;
        writeln!(
            f,
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">"#
        )?;
        writeln!(f, r#"<rect width="100%" height="100%" fill="white"/>"#)?;
        writeln!(
            f,
            r#"<text x="{LEFT}" y="22" font-size="15">{title}</text>"#
        )?;
        let (middle, low) = (f64::midpoint(LEFT, WIDTH - RIGHT), HEIGHT - 12.0);
        writeln!(
            f,
            r#"<text x="{middle}" y="{low}" text-anchor="middle">{x}</text>"#
        )?;
        let half = f64::midpoint(TOP, HEIGHT - BOTTOM);
        writeln!(
            f,
            r#"<text transform="translate(16 {half}) rotate(-90)" text-anchor="middle">{y}</text>"#
        )?;
        self.grid(f)?;
        for (number, curve) in self.curves.iter().enumerate() {
            self.curve(f, number, curve)?;
        }
        writeln!(f, "</svg>")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_spans_the_whole_width_and_stays_below_the_uppermost_line() {
        let mut plot = Plot::new("what", "stored", "cost");
        for (x, y) in [(10.0, 3.0), (100.0, 1.5), (1_000.0, 0.0)] {
            plot.point("ours", x, y);
        }
        assert!((plot.most() - 4.0).abs() < f64::EPSILON);
        let svg = plot.to_string();
        assert!(
            svg.contains(r#"points="80.0,124.0 388.0,214.0 696.0,304.0 ""#),
            "{svg}"
        );
    }
}
