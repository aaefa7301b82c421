import Foundation
import LocalAuthentication
import Screens
import SwiftUI
import UIKit
import UniformTypeIdentifiers

/// What only the platform can do, one errand at a time.
@MainActor
final class Errands: ObservableObject {
    @Published var isScanning = false
    @Published var isChoosing = false
    @Published var shared: SharedFile?
    private var then: (@MainActor (String) -> Void)?

    struct SharedFile: Identifiable {
        let id = UUID()
        let file: URL
    }

    func run(_ errand: Errand, _ then: @escaping @MainActor (String) -> Void) {
        self.then = then
        switch errand {
        case .scan: isScanning = true
        case .unlock(let why): unlock(why, then)
        case .chooseFile: isChoosing = true
        case .share(let name, let bytes): share(name, bytes)
        }
    }

    /// Face, finger or code, as the phone's owner has it. Who does not open it is asked nothing more.
    private func unlock(_ why: String, _ then: @escaping @MainActor (String) -> Void) {
        let lock = LAContext()
        guard lock.canEvaluatePolicy(.deviceOwnerAuthentication, error: nil) else { return then("none") }
        lock.evaluatePolicy(.deviceOwnerAuthentication, localizedReason: why) { isOpen, _ in
            Task { @MainActor in
                if isOpen { then("open") }
            }
        }
    }

    func scanned(_ text: String) {
        isScanning = false
        then?(text)
    }

    func chose(_ chosen: Result<URL, any Error>) {
        if case .success(let file) = chosen { then?(copy(file)) }
    }

    /// A file of another app is ours only while it is lent, so it is copied into a folder that the next one
    /// empties. The core refuses what is too large, or no file of hocvu.
    func copy(_ file: URL) -> String {
        let isLent = file.startAccessingSecurityScopedResource()
        defer { if isLent { file.stopAccessingSecurityScopedResource() } }
        let files = FileManager.default
        let folder = files.temporaryDirectory.appendingPathComponent("chosen", isDirectory: true)
        let copy = folder.appendingPathComponent("tep.\(file.pathExtension)")
        try? files.removeItem(at: folder)
        try? files.createDirectory(at: folder, withIntermediateDirectories: true)
        // Where this fails, there is no such file, and the screen says so.
        try? files.copyItem(at: file, to: copy)
        return copy.path
    }

    private func share(_ name: String, _ bytes: Data) {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(name)
        guard (try? bytes.write(to: file, options: .completeFileProtectionUnlessOpen)) != nil else { return }
        shared = SharedFile(file: file)
    }
}

/// The platform's own pages for errands.
struct ErrandSheets: ViewModifier {
    @ObservedObject var errands: Errands

    func body(content: Content) -> some View {
        content
            .sheet(isPresented: $errands.isScanning) { ScannerView { errands.scanned($0) } }
            .sheet(item: $errands.shared) { ShareView(file: $0.file) }
            .fileImporter(isPresented: $errands.isChoosing, allowedContentTypes: [.data]) { errands.chose($0) }
    }
}

struct ShareView: UIViewControllerRepresentable {
    let file: URL

    func makeUIViewController(context: Context) -> UIActivityViewController {
        UIActivityViewController(activityItems: [file], applicationActivities: nil)
    }

    func updateUIViewController(_ controller: UIActivityViewController, context: Context) {}
}
