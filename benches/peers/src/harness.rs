//! Rows that take turns, and the claims made of them.

use std::collections::HashMap;
use std::time::Instant;

/// A row: its name, and the work of one part of its units.
pub type Row<'r> = (&'static str, Box<dyn FnMut(usize) + 'r>);

/// A measurement and the claim about it.
pub struct Bench {
    is_quick: bool,
    claims: Vec<Claim>,
}

struct Claim {
    path: &'static str,
    peer: &'static str,
    target: f64,
    measured: f64,
    is_met: bool,
}

/// The best times of the rows of one table.
pub struct Times(HashMap<&'static str, f64>);

/// Part `at` of `parts`.
pub fn chunk<T>(all: &[T], at: usize, parts: usize) -> &[T] {
    let len = all.len().div_ceil(parts);
    &all[(at * len).min(all.len())..((at + 1) * len).min(all.len())]
}

const ROUNDS: usize = 100;

impl Bench {
    pub fn new(is_quick: bool) -> Self {
        Self { is_quick, claims: Vec::new() }
    }

    pub fn is_quick(&self) -> bool {
        self.is_quick
    }

    /// Measures the rows. A row's work is cut into `parts`, each timed by itself; the best (median) of a row is the sum of
    /// the best (median) of its parts, so that what else the machine does falls out. `units` are those of all parts.
    pub fn table(
        &mut self,
        title: &str,
        (units, unit): (usize, &str),
        parts: usize,
        mut rows: Vec<Row<'_>>,
    ) -> Times {
        let least = if self.is_quick { 50e-6 } else { 300e-6 };
        let mut repeats = vec![1_u32; rows.len()];
        for ((_, work), repeats) in rows.iter_mut().zip(&mut repeats) {
            (0..parts).for_each(&mut *work);
            while parts == 1 {
                let start = Instant::now();
                (0..*repeats).for_each(|_| work(0));
                if start.elapsed().as_secs_f64() >= least {
                    break;
                }
                *repeats *= 2;
            }
        }
        let mut times = vec![vec![Vec::with_capacity(ROUNDS); parts]; rows.len()];
        for _ in 0..ROUNDS {
            for (((_, work), repeats), times) in rows.iter_mut().zip(&repeats).zip(&mut times) {
                for (part, times) in times.iter_mut().enumerate() {
                    let start = Instant::now();
                    (0..*repeats).for_each(|_| work(part));
                    times.push(start.elapsed().as_secs_f64() * 1e9 / f64::from(*repeats));
                }
            }
        }
        println!("\n### {title}\n\n{ROUNDS} rounds; ns per {unit}.\n");
        println!("| row | best | median | of the fastest |\n|---|---|---|---|");
        let units = units as f64;
        let mut found: Vec<(&'static str, f64, f64)> = Vec::new();
        for ((name, _), mut times) in rows.into_iter().zip(times) {
            let (mut best, mut median) = (0.0, 0.0);
            for times in &mut times {
                times.sort_by(f64::total_cmp);
                best += times[0] / units;
                median += times[ROUNDS / 2] / units;
            }
            found.push((name, best, median));
        }
        let fastest = found.iter().map(|row| row.1).fold(f64::INFINITY, f64::min);
        for (name, best, median) in &found {
            println!("| {name} | {best:.2} | {median:.2} | {:.2} |", best / fastest);
        }
        Times(found.into_iter().map(|(name, best, _)| (name, best)).collect())
    }

    /// The row's time is at most `target` of the peer's.
    pub fn claim(&mut self, path: &'static str, times: &Times, row: &str, peer: &'static str, target: f64) {
        let measured = times.0[row] / times.0[peer];
        self.claims.push(Claim { path, peer, target, measured, is_met: measured <= target });
    }

    /// The row is at least `target` times as fast as the peer.
    pub fn claim_faster(
        &mut self,
        path: &'static str,
        times: &Times,
        row: &str,
        peer: &'static str,
        target: f64,
    ) {
        let measured = times.0[peer] / times.0[row];
        self.claims.push(Claim { path, peer, target, measured, is_met: measured >= target });
    }

    /// Prints the claims and writes them to `target/peers.json`.
    pub fn finish(self) {
        println!("\n### Claims\n\n| path | peer | target | measured | met |\n|---|---|---|---|---|");
        let mut lines = Vec::new();
        for Claim { path, peer, target, measured, is_met } in &self.claims {
            println!(
                "| {path} | {peer} | {target} | {measured:.2} | {} |",
                if *is_met { "yes" } else { "no" }
            );
            lines.push(serde_json::json!({
                "path": path, "target": target, "measured": measured, "peer": peer, "met": is_met,
            }));
        }
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/peers.json");
        let text = serde_json::to_string_pretty(&lines).unwrap();
        match std::fs::create_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target"))
            .and_then(|()| std::fs::write(file, text + "\n"))
        {
            Ok(()) => println!("\nwritten to target/peers.json"),
            Err(error) => eprintln!("cannot write {file}: {error}"),
        }
    }
}
