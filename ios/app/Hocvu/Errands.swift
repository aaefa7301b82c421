import Border
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
    private let files = CarriedFiles(
        documents: FileManager.default.urls(for: .documentDirectory, in: .userDomainMask)[0],
        temporary: FileManager.default.temporaryDirectory)

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
        case .share(let name, let bytes): share(name, bytes, then)
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
        if case .success(let file) = chosen { then?(takeIn(file)) }
    }

    /// Gives the path of a file that is ours.
    func takeIn(_ file: URL) -> String {
        let isLent = file.startAccessingSecurityScopedResource()
        defer { if isLent { file.stopAccessingSecurityScopedResource() } }
        return files.takeIn(file)
    }

    private func share(_ name: String, _ bytes: Data, _ then: @MainActor (String) -> Void) {
        guard let file = files.write(name, bytes) else { return then("unwritten") }
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
