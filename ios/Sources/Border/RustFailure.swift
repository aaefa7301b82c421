import HocvuCore
import Screens

extension HocvuFailure {
    /// What the core says went wrong, as screens know it.
    func toScreen() -> Failure {
        switch self {
        case .NotFound(_, let told): told.failure(.notFound)
        case .Invalid(_, let told): told.failure(.invalid)
        case .CodeRefused(_, let told): told.failure(.codeRefused)
        case .DiskFull(let told): told.failure(.diskFull)
        case .CannotOpen(let told), .Damaged(let told), .BackupRefused(let told), .Shut(let told): told.failure(.other)
        case .PackRefused(_, let told), .Platform(_, let told), .Internal(_, let told): told.failure(.other)
        case .UnknownRoot(let fingerprint, let publisher, let roots, let told):
            told.failure(.other, UnknownPublisher(publisher: publisher, fingerprint: fingerprint, roots: roots))
        }
    }
}

extension ToldView {
    fileprivate func failure(_ kind: FailureKind, _ unknown: UnknownPublisher? = nil) -> Failure {
        Failure(kind, title: title, words: words, unknown: unknown)
    }
}
