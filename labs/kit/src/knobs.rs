use labkit_wire::{Knob, KnobKind, Values};
use std::time::Duration;

/// All knobs of a lab, as [`knobs!`](crate::knobs!) declares them.
pub trait KnobSet: Sized {
    /// What there is to turn, in the order declared.
    fn declare() -> Vec<Knob>;
    /// Takes values that were checked against [`KnobSet::declare`].
    fn read(values: &Values) -> Self;
}

/// What a knob can be.
pub trait KnobType: Sized {
    /// What a default is written as: a duration in milliseconds, a choice as itself.
    type Default;
    /// The declaration: what it is unless turned, its range, its unit where one is given, and its grid where one is given.
    fn kind(
        default: Self::Default,
        range: Option<(u64, u64)>,
        unit: &str,
        grid: Option<&[u64]>,
    ) -> KnobKind;
    /// The value that was set; it has been checked against the declaration.
    fn read(values: &Values, name: &str) -> Self;
}

/// Declares the struct `Knobs`: a doc comment says what a knob does, then name, type, default and range, a unit for a plain
/// number, and the values that checks try beside the default (both ends of the range unless given).
///
/// ```
/// labkit::choice! {
///     /// Which database the lab asks.
///     Database {
///         /// PostgreSQL where one is found.
///         Auto = "auto",
///         /// SQLite, in this process.
///         Sqlite = "sqlite",
///     }
/// }
/// labkit::knobs! {
///     /// How often the other branch wins.
///     tick: std::time::Duration = 35, 5..=500, grid [20, 200];
///     /// How large a request is.
///     body: usize = 300, 0..=1000 "kB", grid [16];
///     /// Which database.
///     database: Database = Database::Auto;
/// }
/// ```
#[macro_export]
macro_rules! knobs {
    ($($(#[doc = $doc:literal])+ $name:ident: $ty:ty = $default:expr
        $(, $min:literal ..= $max:literal $($unit:literal)?)? $(, grid [$($grid:literal),*])?;)*) => {
        /// What a reader can turn.
        #[derive(Debug, Clone, Copy)]
        pub struct Knobs { $($(#[doc = $doc])+ pub $name: $ty),* }
        impl $crate::KnobSet for Knobs {
            fn declare() -> Vec<$crate::wire::Knob> {
                vec![$($crate::wire::Knob {
                    name: stringify!($name).replace('_', "-"),
                    help: [$($doc.trim()),+].join(" "),
                    kind: <$ty as $crate::KnobType>::kind(
                        $default,
                        [$(($min, $max))?].first().copied(),
                        concat!($($($unit)?)?),
                        $crate::__given!($(&[$($grid),*])?),
                    ),
                }),*]
            }
            fn read(_values: &$crate::wire::Values) -> Self {
                Self { $($name: <$ty as $crate::KnobType>::read(_values, &stringify!($name).replace('_', "-"))),* }
            }
        }
    };
}

/// What is given, or `None`.
#[doc(hidden)]
#[macro_export]
macro_rules! __given {
    () => {
        None
    };
    ($given:expr) => {
        Some($given)
    };
}

/// Declares an enum that can be a knob: each value with its word and what it means.
#[macro_export]
macro_rules! choice {
    ($(#[doc = $doc:literal])+ $name:ident { $($(#[doc = $help:literal])+ $value:ident = $word:literal),+ $(,)? }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[doc = $help])+ $value),+ }
        impl $name {
            const fn word(self) -> &'static str {
                match self { $(Self::$value => $word),+ }
            }
        }
        impl $crate::KnobType for $name {
            type Default = Self;
            fn kind(default: Self, _: Option<(u64, u64)>, _: &str, _: Option<&[u64]>) -> $crate::wire::KnobKind {
                let choices = vec![$($crate::wire::Choice {
                    value: $word.to_owned(),
                    help: [$($help.trim()),+].join(" "),
                }),+];
                $crate::wire::KnobKind::Choice { choices, default: default.word().to_owned() }
            }
            fn read(values: &$crate::wire::Values, name: &str) -> Self {
                match values.word(name) { $($word => Self::$value,)+ other => unreachable!("{name} {other}") }
            }
        }
    };
}

/// A number; both ends of the range are its grid unless one is given.
pub(crate) fn number(
    unit: &str,
    default: u64,
    range: Option<(u64, u64)>,
    grid: Option<&[u64]>,
) -> KnobKind {
    let (min, max) = range.expect("a number has a range");
    let grid = grid.map_or(vec![min, max], <[u64]>::to_vec);
    KnobKind::Number { unit: unit.into(), min, max, default, grid }
}

impl KnobType for Duration {
    type Default = u64;
    fn kind(default: u64, range: Option<(u64, u64)>, _: &str, grid: Option<&[u64]>) -> KnobKind {
        number("ms", default, range, grid)
    }
    fn read(values: &Values, name: &str) -> Self {
        Self::from_millis(values.number(name))
    }
}

impl KnobType for u64 {
    type Default = Self;
    fn kind(
        default: Self,
        range: Option<(u64, u64)>,
        unit: &str,
        grid: Option<&[u64]>,
    ) -> KnobKind {
        number(unit, default, range, grid)
    }
    fn read(values: &Values, name: &str) -> Self {
        values.number(name)
    }
}

impl KnobType for u32 {
    type Default = u64;
    fn kind(default: u64, range: Option<(u64, u64)>, unit: &str, grid: Option<&[u64]>) -> KnobKind {
        number(unit, default, range, grid)
    }
    fn read(values: &Values, name: &str) -> Self {
        Self::try_from(values.number(name)).expect("a knob's range fits")
    }
}

impl KnobType for usize {
    type Default = u64;
    fn kind(default: u64, range: Option<(u64, u64)>, unit: &str, grid: Option<&[u64]>) -> KnobKind {
        number(unit, default, range, grid)
    }
    fn read(values: &Values, name: &str) -> Self {
        usize::try_from(values.number(name)).expect("a knob's range fits")
    }
}
