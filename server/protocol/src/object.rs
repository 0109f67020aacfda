//! serde takes a list of values for a struct, in the order of its fields: `["lost-line","buggy"]` would start a run. Nobody
//! means that, so what the server is told is read from an object or not at all.

/// Reads and writes a type as its derived code does (`serde(remote = "Self")`), but reads it from objects only.
macro_rules! only_as_object {
    ($told:ty) => {
        impl<'de> serde::Deserialize<'de> for $told {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                struct Object;
                impl<'de> serde::de::Visitor<'de> for Object {
                    type Value = $told;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("an object")
                    }

                    fn visit_map<A: serde::de::MapAccess<'de>>(
                        self,
                        fields: A,
                    ) -> Result<$told, A::Error> {
                        <$told>::deserialize(serde::de::value::MapAccessDeserializer::new(fields))
                    }
                }
                from.deserialize_map(Object)
            }
        }

        impl serde::Serialize for $told {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                <$told>::serialize(self, to)
            }
        }
    };
}
pub(crate) use only_as_object;
