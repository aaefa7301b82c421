//! Links the library of a phone smaller, where `phone.toml` asks for it and LLD links: without the
//! description of the border, and with functions that are alike once.

fn main() {
    println!("cargo::rerun-if-env-changed=HOCVU_PHONE");
    println!("cargo::rerun-if-changed=phone.ld");
    let said = |name| std::env::var(name).unwrap_or_default();
    let by_lld = match said("CARGO_CFG_TARGET_OS").as_str() {
        "android" => true,
        "linux" => said("CARGO_CFG_TARGET_ARCH") == "x86_64",
        _ => false,
    };
    if by_lld && !said("HOCVU_PHONE").is_empty() {
        println!("cargo::rustc-cdylib-link-arg=-Wl,--icf=all");
        println!("cargo::rustc-cdylib-link-arg=-Wl,-T,{}/phone.ld", said("CARGO_MANIFEST_DIR"));
    }
}
