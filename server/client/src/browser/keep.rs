//! What stays as long as the page does.

/// Puts something where it stays as long as the page does. A widget is never taken down, and a plain reference to it
/// is a good deal smaller, in every closure that holds one, than a counted one.
pub fn keep<T>(it: T) -> &'static T {
    Box::leak(Box::new(it))
}
