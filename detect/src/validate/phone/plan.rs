use std::{collections::HashMap, sync::LazyLock};

use super::Shape;

/// Numbers of all regions; the file says how it is written and where it comes from.
const WRITTEN: &str = include_str!("plans.txt");

static PLANS: LazyLock<Plans> = LazyLock::new(|| Plans::read(WRITTEN));

/// What numbers there are, by their first digits and lengths.
struct Plans {
    whole: Tree,
    dialled: Tree,
    shapes: HashMap<&'static [u8], Tree>,
    /// Shapes without brackets and with blanks for all separators, and those they stand for.
    loose: HashMap<Box<[u8]>, Vec<&'static [u8]>>,
}

/// First digits, and how long numbers that begin with them may be.
#[derive(Default)]
struct Tree {
    nodes: Vec<[Next; 10]>,
    /// The part of all first digits that the tree allows.
    covered: f32,
}

#[derive(Clone, Copy, Default)]
enum Next {
    #[default]
    Nothing,
    /// Lengths, one bit each.
    End(u32),
    Node(u16),
}

/// Whether a number in full, calling code first, is one that some region gives out.
pub(super) fn is_whole(number: &[u8]) -> bool {
    PLANS.whole.allows(number)
}

/// Whether a number is dialled like this within some country.
pub(super) fn is_dialled(number: &[u8]) -> bool {
    PLANS.dialled.allows(number)
}

/// Whether some country groups a number like this; if so, what part of all numbers of the shape is given out there.
pub(super) fn shape_share(shape: &Shape, number: &[u8]) -> Option<f32> {
    PLANS.shapes.get(shape.signs()).filter(|tree| tree.allows(number)).map(|tree| tree.covered)
}

/// The same for a number with other separators than are usual, or without brackets.
pub(super) fn loose_share(shape: &Shape, number: &[u8]) -> Option<f32> {
    let shapes = PLANS.loose.get(Shape::loosened(shape.signs()).signs())?;
    let trees = shapes.iter().filter_map(|shape| PLANS.shapes.get(shape));
    let shares = trees.filter(|tree| tree.allows(number)).map(|tree| tree.covered);
    shares.reduce(f32::max)
}

impl Plans {
    fn read(written: &'static str) -> Self {
        let mut plans = Self {
            whole: Tree::default(),
            dialled: Tree::default(),
            shapes: HashMap::new(),
            loose: HashMap::new(),
        };
        let lines = written.lines().filter(|line| !line.starts_with('#'));
        for (name, tree) in lines.filter_map(|line| line.split_once('\t')) {
            let tree = Tree::read(tree);
            match name {
                "whole" => plans.whole = tree,
                "dialled" => plans.dialled = tree,
                shape => {
                    let loose = Shape::loosened(shape.as_bytes());
                    plans.loose.entry(loose.signs().into()).or_default().push(shape.as_bytes());
                    plans.shapes.insert(shape.as_bytes(), tree);
                }
            }
        }
        plans
    }
}

impl Tree {
    fn read(text: &str) -> Self {
        let mut tree = Self { nodes: vec![[Next::Nothing; 10]], covered: 0.0 };
        let mut open = vec![(0_u16, 0.1_f32)];
        let (mut digits, mut lengths) = (Vec::new(), 0_u32);
        for byte in text.bytes().chain([b')']) {
            let Some(&(node, share)) = open.last() else { break };
            if lengths != 0 && !byte.is_ascii_lowercase() {
                tree.put(node, &digits, Next::End(lengths));
                tree.covered += share * f32::from(u8::try_from(digits.len()).unwrap_or(10));
                (digits, lengths) = (Vec::new(), 0);
            }
            match byte {
                b'0'..=b'9' if digits.last() == Some(&b'-') => {
                    digits.pop();
                    let first = digits.last().copied().unwrap_or(0);
                    digits.extend(first + 1..=byte - b'0');
                }
                b'0'..=b'9' => digits.push(byte - b'0'),
                b'-' => digits.push(byte),
                b'a'..=b'z' => lengths |= 1 << (byte - b'a' + 1),
                b'(' => {
                    let next = u16::try_from(tree.nodes.len()).unwrap_or(u16::MAX);
                    tree.nodes.push([Next::Nothing; 10]);
                    tree.put(node, &digits, Next::Node(next));
                    let branches = f32::from(u8::try_from(digits.len()).unwrap_or(10));
                    open.push((next, share * branches / 10.0));
                    digits.clear();
                }
                _ => drop(open.pop()),
            }
        }
        tree
    }

    fn put(&mut self, node: u16, digits: &[u8], next: Next) {
        let Some(places) = self.nodes.get_mut(usize::from(node)) else { return };
        for digit in digits {
            places.get_mut(usize::from(*digit)).into_iter().for_each(|place| *place = next);
        }
    }

    fn allows(&self, number: &[u8]) -> bool {
        let mut node = self.nodes.first();
        for digit in number {
            match node.and_then(|node| node.get(usize::from(*digit))) {
                Some(Next::End(lengths)) => return number.len() < 32 && lengths & 1 << number.len() != 0,
                Some(Next::Node(next)) => node = self.nodes.get(usize::from(*next)),
                Some(Next::Nothing) | None => return false,
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::{Shape, Tree, is_dialled, is_whole, shape_share};

    fn digits(text: &str) -> Vec<u8> {
        text.bytes().filter(u8::is_ascii_digit).map(|digit| digit - b'0').collect()
    }

    #[test]
    fn a_tree_as_written() {
        let tree = Tree::read("12(0-2i)3(7(h)4-6gh)");
        for (number, allowed) in [
            ("101234567", true),
            ("221234567", true),
            ("231234567", false),
            ("10123456", false),
            ("3512345", true),
            ("36123456", true),
            ("3", false),
        ] {
            assert_eq!(tree.allows(&digits(number)), allowed, "{number}");
        }
        assert!((tree.covered - (0.06 + 0.03)).abs() < 1e-6);
    }

    #[test]
    fn numbers_of_some_regions() {
        assert!(is_whole(&digits("442079460958")));
        assert!(is_whole(&digits("3612345678")));
        assert!(!is_whole(&digits("99912345678")));
        assert!(is_dialled(&digits("0612345678")));
        let share = |number: &str| shape_share(&Shape::of(number.as_bytes()), &digits(number));
        assert!(share("06 12 34 56 78").is_some());
        assert!(share("99 12 34 56 78").is_none());
    }
}
