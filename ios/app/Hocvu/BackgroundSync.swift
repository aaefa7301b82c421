import BackgroundTasks
import Foundation
import Screens

/// Syncs in the background, then fetches new editions of the courses that are held. What is due, over which network, with how many bytes and how full a battery,
/// the core says; this only wakes it. The platform decides when, and may never, so the app also syncs
/// when it is opened.
enum BackgroundSync {
    /// Stands in Info.plist too, or the platform refuses it.
    static let task = "vn.hocvu.app.sync"

    private static let hour: TimeInterval = 60 * 60

    /// The platform's task may be told from whatever thread that it is done.
    private struct Held: @unchecked Sendable {
        let task: BGTask
    }

    @MainActor
    static func register(_ work: Work) {
        BGTaskScheduler.shared.register(forTaskWithIdentifier: task, using: .main) { task in
            plan()
            let held = Held(task: task)
            let sync = LentSync(work) { held.task.setTaskCompleted(success: $0) }
            task.expirationHandler = { sync.expire() }
        }
    }

    static func plan() {
        let request = BGAppRefreshTaskRequest(identifier: task)
        request.earliestBeginDate = Date(timeIntervalSinceNow: hour)
        // Refused where its owner switched background refresh off; then nothing is synced in the background.
        try? BGTaskScheduler.shared.submit(request)
    }
}
