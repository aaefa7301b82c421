plugins {
    id("com.android.application")
    id("org.jetbrains.kotlin.android")
}

val repository = rootDir.parentFile
val generated = layout.buildDirectory.dir("generated/hocvu")

android {
    namespace = "vn.hocvu.app"
    compileSdk = 34
    defaultConfig {
        applicationId = "vn.hocvu.app"
        minSdk = 21
        targetSdk = 34
        versionCode = 1
        versionName = "0.1.0"
        ndk { abiFilters += listOf("arm64-v8a", "armeabi-v7a") }
    }
    buildTypes {
        release {
            isMinifyEnabled = true
            isShrinkResources = true
            proguardFiles("rules.pro")
        }
    }
    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_1_8
        targetCompatibility = JavaVersion.VERSION_1_8
    }
    kotlinOptions { jvmTarget = "1.8" }
    sourceSets["main"].kotlin.srcDir(generated)
    sourceSets["main"].assets.srcDir(repository.resolve("assets/pictograms"))
}

dependencies {
    // The generated bindings call the library through JNA and wait for a sync with coroutines.
    implementation("net.java.dev.jna:jna:5.18.1@aar")
    implementation("org.jetbrains.kotlinx:kotlinx-coroutines-core:1.10.2")
}

/** The library that the phone runs: small, stripped. */
val library by tasks.registering(Exec::class) {
    workingDir = repository
    commandLine(
        "cargo", "ndk", "-t", "arm64-v8a", "-t", "armeabi-v7a", "-P", "21",
        "-o", file("src/main/jniLibs").path,
        "build", "--locked", "-p", "hocvu-bindings", "--profile", "phone",
        "--config", "bindings/phone.toml",
    )
}

/** The same for this machine with its description in it, which the shipped one lacks. */
val described by tasks.registering(Exec::class) {
    workingDir = repository
    commandLine("cargo", "build", "--locked", "-p", "hocvu-bindings", "--features", "bindgen")
}

/** The Kotlin that calls the library. */
val bindings by tasks.registering(Exec::class) {
    dependsOn(described)
    workingDir = repository
    val ending = if (System.getProperty("os.name").startsWith("Mac")) "dylib" else "so"
    commandLine(
        "target/debug/uniffi-bindgen", "generate", "target/debug/libhocvu_bindings.$ending",
        "--language", "kotlin", "--no-format", "--out-dir", generated.get().asFile.path,
    )
}

tasks.named("preBuild") { dependsOn(library, bindings) }
