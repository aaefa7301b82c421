import Border
import Screens
import SwiftUI
import UIKit
import Views

/// The process: one core, opened by the first screen that asks.
@main
struct HocvuApp: App {
    @UIApplicationDelegateAdaptor(AppDelegate.self) private var delegate

    var body: some Scene {
        WindowGroup { RootView(work: delegate.work) }
    }
}

final class AppDelegate: NSObject, UIApplicationDelegate {
    private let surroundings = PhoneSurroundings()
    private(set) lazy var work: Work = {
        let surroundings = surroundings.forCore
        return Work { try openPhone(surroundings: surroundings) }
    }()

    func application(
        _ application: UIApplication, didFinishLaunchingWithOptions options: [UIApplication.LaunchOptionsKey: Any]?
    ) -> Bool {
        // The platform wants every task registered before the start is over.
        BackgroundSync.register(work)
        return true
    }
}

/// The window: the way that somebody went, kept over a killed process.
struct RootView: View {
    let work: Work

    @SceneStorage("way") private var kept = Data()
    @State private var model: WayModel?
    @StateObject private var errands = Errands()
    @Environment(\.scenePhase) private var phase

    var body: some View {
        ZStack {
            if let model {
                AppView(model: model)
                    // The list of what was open last would show a card or a PIN.
                    .opacity(phase == .active || !model.way.screen.isSecret ? 1 : 0)
            }
        }
        .onAppear { begin() }
        .onOpenURL { file in
            begin()
            model?.way.go(.brought(file: errands.takeIn(file)))
        }
        .onChange(of: phase) { phase in turned(phase) }
        .modifier(ErrandSheets(errands: errands))
    }

    private func begin() {
        if model != nil { return }
        let fresh = WayModel(way: Way(work: work, kept: kept.isEmpty ? nil : kept))
        fresh.announce = { UIAccessibility.post(notification: .announcement, argument: $0) }
        fresh.stayAwake = { UIApplication.shared.isIdleTimerDisabled = $0 }
        fresh.way.onErrand = { [errands] errand, then in errands.run(errand, then) }
        fresh.speaker = PhoneSpeaker()
        fresh.way.player = PhonePlayer()
        model = fresh
    }

    /// The platform may end a process that nobody sees at any moment after this.
    private func turned(_ phase: ScenePhase) {
        guard let model else { return }
        switch phase {
        case .active: model.way.syncDue()
        case .background:
            model.way.hide()
            kept = model.way.kept()
            let time = BackgroundTime()
            Task {
                await model.way.settled()
                time.end()
            }
            BackgroundSync.plan()
        default: kept = model.way.kept()
        }
    }
}

/// A little time after nobody sees the app any more, for an answer to reach the disk.
@MainActor
private final class BackgroundTime {
    private var task = UIBackgroundTaskIdentifier.invalid

    init() {
        task = UIApplication.shared.beginBackgroundTask { [weak self] in self?.end() }
    }

    func end() {
        if task == .invalid { return }
        UIApplication.shared.endBackgroundTask(task)
        task = .invalid
    }
}
