// swift-tools-version:6.0
import PackageDescription

let package = Package(
    name: "hocvu-ios",
    platforms: [.iOS(.v15), .macOS(.v12)],
    products: [
        .library(name: "Screens", targets: ["Screens"]),
        .library(name: "Border", targets: ["Border"]),
    ],
    dependencies: [.package(name: "hocvu-core", path: "../bindings/swift")],
    targets: [
        // What is on every screen and what its buttons do; knows no SwiftUI and no generated code.
        .target(name: "Screens"),
        // The only folder that sees generated code.
        .target(name: "Border", dependencies: ["Screens", .product(name: "HocvuCore", package: "hocvu-core")]),
        // The app as a person uses it, for the tests.
        .target(name: "TheShell", dependencies: ["Screens"], path: "Tests/Shell"),
        .testTarget(name: "ScreensTests", dependencies: ["Screens", "TheShell"]),
        .testTarget(
            name: "BorderTests",
            dependencies: ["Border", "Screens", "TheShell", .product(name: "HocvuCore", package: "hocvu-core")]),
    ],
    swiftLanguageModes: [.v6]
)
