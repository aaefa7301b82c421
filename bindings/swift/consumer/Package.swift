// swift-tools-version:6.0
import PackageDescription

// Another app, as small as one can be: it takes in the package beside it and nothing else of hocvu.
let package = Package(
    name: "consumer",
    platforms: [.macOS(.v12)],
    dependencies: [.package(name: "hocvu-core", path: "..")],
    targets: [
        .executableTarget(name: "Consumer", dependencies: [.product(name: "HocvuCore", package: "hocvu-core")])
    ]
)
