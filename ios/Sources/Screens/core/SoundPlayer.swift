import Foundation

/// Plays one saved sound at a time.
@MainActor
public protocol SoundPlayer: AnyObject {
    /// Plays a sound of a course (Opus in Ogg). `ended` is told once: when it is over or stopped, and whether it
    /// could be played.
    func play(_ sound: Data, ended: @escaping @MainActor (Bool) -> Void)

    func stop()
}
