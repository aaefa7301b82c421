//! Writes the Kotlin or Swift that calls the library; see `bindings/README.md`.

fn main() {
    uniffi::uniffi_bindgen_main();
}
