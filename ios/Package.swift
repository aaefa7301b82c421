// swift-tools-version:6.0
import PackageDescription

#if os(Linux)
    // Linux has no SwiftUI; a stand-in of the same name lets the views be compiled there.
    let standins: [Target] = [.target(name: "SwiftUI", path: "standin/SwiftUI")]
    let viewsNeed: [Target.Dependency] = ["Screens", "SwiftUI"]
#else
    let standins: [Target] = []
    let viewsNeed: [Target.Dependency] = ["Screens"]
#endif

let package = Package(
    name: "hocvu-ios",
    platforms: [.iOS(.v15), .macOS(.v12)],
    products: [
        .library(name: "Screens", targets: ["Screens"]),
        .library(name: "Border", targets: ["Border"]),
        .library(name: "Views", targets: ["Views"]),
    ],
    dependencies: [.package(name: "hocvu-core", path: "../bindings/swift")],
    targets: standins + [
        // What is on every screen and what its buttons do; knows no SwiftUI and no generated code.
        .target(name: "Screens"),
        // The only folder that sees generated code.
        .target(name: "Border", dependencies: ["Screens", .product(name: "HocvuCore", package: "hocvu-core")]),
        // Draws what screens say.
        .target(name: "Views", dependencies: viewsNeed),
        // The app as a person uses it, for the tests.
        .target(name: "TheShell", dependencies: ["Screens"], path: "Tests/Shell"),
        .testTarget(name: "ScreensTests", dependencies: ["Screens", "TheShell"]),
        .testTarget(name: "ViewsTests", dependencies: ["Screens", "Views"]),
        .testTarget(
            name: "BorderTests",
            dependencies: ["Border", "Screens", "TheShell", .product(name: "HocvuCore", package: "hocvu-core")]),
    ],
    swiftLanguageModes: [.v6]
)
