use std::{
    cell::Cell,
    panic::{self, AssertUnwindSafe},
    sync::Once,
};

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// A parser panicked.
pub(super) struct Panicked;

/// Runs a parser over bytes nobody vouches for; a panic is contained, and its message, which may quote the content,
/// is not printed.
///
/// The process's panic hook is wrapped once; other threads and other panics are reported as before.
pub(super) fn quietly<T>(parse: impl FnOnce() -> T) -> Result<T, Panicked> {
    static WRAPPED: Once = Once::new();
    WRAPPED.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                usual(info);
            }
        }));
    });
    let before = QUIET.replace(true);
    // What the parser left half done is dropped with it, or is text that was already complete.
    let outcome = panic::catch_unwind(AssertUnwindSafe(parse));
    QUIET.set(before);
    outcome.map_err(|_| Panicked)
}

#[cfg(test)]
mod tests {
    use super::quietly;

    #[test]
    fn a_panic_is_an_outcome() {
        assert!(quietly(|| { Vec::<u8>::new()[3] }).is_err());
        assert_eq!(quietly(|| 3).ok(), Some(3));
    }
}
