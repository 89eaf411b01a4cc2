use std::collections::VecDeque;

use super::{
    cell::Candidate,
    record::{PASSAGE, Record},
    snapshot::{KnownKind, KnownTable, Match, Matched, Snapshot},
    table::ColumnKind,
};

/// A value of more rows than this tells none of them; it can still confirm one.
const RARE: usize = 64;
/// Without rules one value of two must stand in no more rows than this.
const TELLING: usize = 3;
/// Shorter values of a unique column do not count alone.
const SHORTEST_ALONE: usize = 5;
/// Values near each other that are compared.
const MOST_NEAR: usize = 48;
/// How sure two values of a row, and a unique one, are.
const SURE: f32 = 0.95;
const UNIQUE: f32 = 0.97;

/// Cells that were found near each other, and the rows they tell.
#[derive(Default)]
pub(super) struct Rows {
    near: VecDeque<Cell>,
    /// Rows that were reported, and where.
    told: VecDeque<(u32, u32, usize)>,
}

struct Cell {
    start: usize,
    end: usize,
    hash: u64,
    /// Rows it stands in; nothing for a value of too many.
    rows: Vec<Record>,
    /// Rows it stands in, as far as they were counted.
    count: usize,
}

impl Rows {
    /// Looks a candidate up, and with it at what stands near.
    pub(super) fn push(&mut self, candidate: &Candidate<'_>, snapshot: &Snapshot, out: &mut Vec<Match>) {
        let hash = snapshot.salt().cell(candidate.normal);
        let mut rows = snapshot.find(hash, candidate.quick, RARE + 1);
        rows.retain(|record| record.column != PASSAGE);
        if rows.is_empty() {
            return;
        }
        let count = rows.len();
        if count > RARE {
            rows.clear();
        }
        let long = candidate.normal.len() >= SHORTEST_ALONE;
        let cell = Cell { start: candidate.start, end: candidate.end, hash, rows, count };
        for record in cell.rows.iter().filter(|record| long && stands_once(&cell.rows, record)) {
            self.alone(record, &cell, snapshot, out);
        }
        self.near.push_back(cell);
        if self.near.len() > MOST_NEAR {
            self.near.pop_front();
        }
        self.together(snapshot, out);
    }

    /// A value of a unique column is a finding.
    fn alone(&mut self, record: &Record, cell: &Cell, snapshot: &Snapshot, out: &mut Vec<Match>) {
        let Some(known) = snapshot.known(record.owner) else { return };
        let KnownKind::Table(table) = &known.kind else { return };
        if let Some((name, ColumnKind::Unique)) = table.columns.get(usize::from(record.column)) {
            let columns = vec![name.clone()];
            self.tell(record, cell.end);
            out.push(Match {
                id: known.id.clone(),
                label: known.label.clone(),
                start: cell.start,
                end: cell.end,
                confidence: UNIQUE,
                matched: Matched::Row { columns },
            });
        }
    }

    /// Values of the same row that stand together, the last one among them, are a finding.
    fn together(&mut self, snapshot: &Snapshot, out: &mut Vec<Match>) {
        let mut candidates: Vec<Record> =
            self.near.iter().flat_map(|cell| cell.rows.iter().copied()).collect();
        candidates.sort_unstable_by_key(|record| (record.owner, record.row));
        candidates.dedup_by_key(|record| (record.owner, record.row));
        let Some(end) = self.near.back().map(|cell| cell.end) else { return };
        for candidate in candidates {
            let Some(known) = snapshot.known(candidate.owner) else { continue };
            let KnownKind::Table(table) = &known.kind else { continue };
            if self.was_told(&candidate, end.saturating_sub(table.within)) {
                continue;
            }
            let held = self.held(&candidate, end.saturating_sub(table.within), snapshot);
            if !is_enough(table, &held) {
                continue;
            }
            let start = held.iter().map(|(_, cell)| cell.start).min().unwrap_or(end);
            let header = |column: &u16| table.columns.get(usize::from(*column)).map(|(name, _)| name.clone());
            let columns = held.iter().filter_map(|(column, _)| header(column)).collect();
            out.push(Match {
                id: known.id.clone(),
                label: known.label.clone(),
                start,
                end,
                confidence: SURE,
                matched: Matched::Row { columns },
            });
            self.tell(&candidate, end);
        }
    }

    /// Cells of a row, one a column, that do not overlap; nothing if the last cell is none of them.
    fn held(&self, row: &Record, from: usize, snapshot: &Snapshot) -> Vec<(u16, &Cell)> {
        let mut held: Vec<(u16, &Cell)> = Vec::new();
        for cell in self.near.iter().rev().take_while(|cell| cell.end >= from) {
            let own = cell.rows.iter().find(|record| (record.owner, record.row) == (row.owner, row.row));
            let column = match own {
                Some(record) => Some(record.column),
                None if cell.rows.is_empty() => snapshot.column(cell.hash, row.owner, row.row),
                None => None,
            };
            let Some(column) = column else {
                if held.is_empty() {
                    return held;
                }
                continue;
            };
            let overlaps = |(_, other): &(u16, &Cell)| cell.start < other.end && other.start < cell.end;
            if cell.start >= from && !held.iter().any(|other| other.0 == column || overlaps(other)) {
                held.push((column, cell));
            }
        }
        held
    }

    fn was_told(&self, row: &Record, from: usize) -> bool {
        self.told.iter().any(|(owner, told, end)| (*owner, *told) == (row.owner, row.row) && *end >= from)
    }

    fn tell(&mut self, row: &Record, end: usize) {
        self.told.push_back((row.owner, row.row, end));
        if self.told.len() > MOST_NEAR {
            self.told.pop_front();
        }
    }
}

/// Whether the values a row holds here satisfy a rule of its table.
fn is_enough(table: &KnownTable, held: &[(u16, &Cell)]) -> bool {
    if table.rules.is_empty() {
        return held.len() >= 2 && held.iter().any(|(_, cell)| cell.count <= TELLING);
    }
    let holds = |column: &u16| held.iter().any(|(held, _)| held == column);
    table.rules.iter().any(|rule| !rule.is_empty() && rule.iter().all(holds))
}

fn stands_once(rows: &[Record], record: &Record) -> bool {
    rows.iter().filter(|other| other.owner == record.owner).count() == 1
}
