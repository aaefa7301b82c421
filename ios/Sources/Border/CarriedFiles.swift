import Foundation

/// Files that other apps bring, and those that they are given to carry.
public struct CarriedFiles {
    private let inbox: URL
    private let temporary: URL

    /// The platform puts what other apps open with this one into a folder of `documents`, and never empties
    /// it. What lies in `temporary` may be gone by the next start.
    public init(documents: URL, temporary: URL) {
        inbox = documents.appendingPathComponent("Inbox", isDirectory: true)
        self.temporary = temporary
    }

    /// Takes in a file of another app, which is ours only while it is lent: it is copied into a folder that
    /// the next one empties, and what the platform had put aside for us is moved there, so that nothing of
    /// it stays. Gives the path. The core refuses what is too large, or no file of hocvu.
    public func takeIn(_ file: URL) -> String {
        let files = FileManager.default
        let folder = temporary.appendingPathComponent("chosen", isDirectory: true)
        let taken = folder.appendingPathComponent("tep.\(file.pathExtension)")
        try? files.removeItem(at: folder)
        try? files.createDirectory(at: folder, withIntermediateDirectories: true)
        // Where this fails, there is no such file, and the screen says so.
        if isInInbox(file) {
            try? files.moveItem(at: file, to: taken)
        } else {
            try? files.copyItem(at: file, to: taken)
        }
        return taken.path
    }

    /// Writes a file for another app to carry; nil where it cannot be written.
    public func write(_ name: String, _ bytes: Data) -> URL? {
        let file = temporary.appendingPathComponent(name)
        #if os(iOS)
            let options: Data.WritingOptions = .completeFileProtectionUnlessOpen
        #else
            let options: Data.WritingOptions = []
        #endif
        return (try? bytes.write(to: file, options: options)) == nil ? nil : file
    }

    /// The platform names one folder in two ways, with and without a link on its way.
    private func isInInbox(_ file: URL) -> Bool {
        file.deletingLastPathComponent().resolvingSymlinksInPath().path == inbox.resolvingSymlinksInPath().path
    }
}
