package vn.hocvu.app.screen

import android.app.Activity
import android.content.Intent
import android.net.Uri
import android.os.Bundle
import android.view.View
import vn.hocvu.app.core.Core
import vn.hocvu.app.core.Failure
import vn.hocvu.app.core.Pack
import vn.hocvu.app.core.Storage
import vn.hocvu.app.core.UnknownPublisher
import vn.hocvu.app.draw.Page
import vn.hocvu.app.draw.part
import vn.hocvu.app.platform.chooseFile
import vn.hocvu.app.platform.lend

private const val FILE = "file"
private const val REMOVING = "removing"

/** The courses on this phone, what takes room and how much is left; a course is installed from a file, removed, brought back. */
class PacksScreen(private val place: Place.Packs, way: Way, state: Bundle) : Screen(way, state) {
    /** The file that somebody chose or opened, until it is dealt with. */
    private var file: String?
        get() = state.getString(FILE) ?: place.file.takeUnless { state.getBoolean("dealt") }
        set(value) {
            state.putString(FILE, value)
            state.putBoolean("dealt", value == null)
        }

    override fun open(): Unit = open(null)

    private fun open(told: String?, fault: String? = null): Unit = load({ it.storage() }) { storage ->
        val removing = storage.packs.find { it.course == state.getString(REMOVING) }
        when {
            removing != null -> askToRemove(removing)
            file != null && told == null && fault == null -> askToInstall()
            else -> list(storage, told, fault)
        }
    }

    private fun list(storage: Storage, told: String?, fault: String?) {
        val title = words.say("packs-title")
        show(told ?: fault ?: title) {
            title(title)
            told?.let { add(said(it)) }
            go(words.say("offers-look")) { way.go(Place.Offers) }
            plain(words.say("packs-install")) {
                if (!way.ask(chooseFile())) faultAtEnd(words.say("packs-no-chooser"))
            }
            fault?.let { add(parts.fault(it)) }
            note(words.say("pack-install-note"))
            subtitle(words.say("packs-held"))
            if (storage.packs.isEmpty()) note(words.say("packs-none"))
            for (pack in storage.packs) add(panel(pack))
            if (storage.removed.isNotEmpty()) subtitle(words.say("pack-removed-title"))
            for (removed in storage.removed) {
                plain(words.say("pack-bring-back", "title" to removed.title)) {
                    change({ it.bringBack(removed.course) }) { words.say("packs-back", "title" to removed.title) }
                }
            }
            room(storage)
        }
    }

    private fun said(words: String): View = parts.panel(look.colours.goSoft).apply {
        accessibilityLiveRegion = View.ACCESSIBILITY_LIVE_REGION_POLITE
        part(look, parts.text(words, bold = true))
    }

    private fun panel(pack: Pack): View = parts.panel(look.colours.card, look.colours.line).apply {
        part(look, parts.text(pack.title, bold = true))
        val signed = if (pack.publisher.isEmpty()) words.say("pack-embedded")
        else words.say("pack-signed-by", "publisher" to pack.publisher)
        part(look, parts.text(signed, colour = look.colours.inkSoft), 4)
        val size = words.say("pack-size", "size" to pack.size)
        part(look, parts.text("${words.say("pack-version", "version" to pack.version)}. $size", colour = look.colours.inkSoft), 4)
        if (pack.publisher.isNotEmpty()) part(look, evict(pack), 4)
        val remove = part(look, parts.quiet(words.say("pack-remove")) {
            toTop()
            state.putString(REMOVING, pack.course)
            open()
        }, 4)
        remove.contentDescription = "${words.say("pack-remove")}: ${pack.title}"
    }

    /** Only of what can be fetched again. */
    private fun evict(pack: Pack): View = parts.quiet(words.say("media-evict")) {
        act({ it.evictMedia(pack.course) }, { open(null, it.words) }) {
            toTop()
            open(words.say("media-evicted", "size" to it))
        }
    }.apply { contentDescription = "${words.say("media-evict")}: ${pack.title}" }

    private fun Page.room(storage: Storage) {
        subtitle(words.say("storage-title"))
        words(words.say("packs-texts", "size" to storage.texts))
        words(words.say("storage-media", "size" to storage.media))
        val free = storage.free ?: return
        if (storage.isNearlyFull) add(nearlyFull(free)) else words(words.say("storage-free", "size" to free))
    }

    private fun nearlyFull(free: String): View = parts.panel(look.colours.lookSoft, look.colours.look).apply {
        part(look, parts.text(words.say("storage-low", "size" to free), bold = true))
    }

    private fun askToRemove(pack: Pack): Unit = ask(words.say("pack-remove-ask", "title" to pack.title), "pack-remove", { back() }) {
        state.remove(REMOVING)
        change({ it.removePack(pack.course) }) { words.say("pack-removed", "title" to pack.title) }
    }

    private fun askToInstall(): Unit = ask(words.say("packs-install-ask"), "pack-install-action", { back() }) { install() }

    private fun install(): Unit {
        val uri = Uri.parse(file ?: return)
        act({ core -> lend(way.context, uri, core) { core.installPack(it) } }, ::refused) { pack ->
            file = null
            toTop()
            open(words.say("pack-installed", "title" to pack.title, "version" to pack.version))
        }
    }

    private fun refused(failure: Failure): Unit {
        if (failure is UnknownPublisher) return compare(failure)
        file = null
        toTop()
        open(null, failure.words)
    }

    /** Only somebody who holds the publisher's paper can say whether this is the publisher. */
    private fun compare(unknown: UnknownPublisher): Unit {
        toTop()
        val title = words.say("trust-title")
        show(title) {
            title(title)
            words(words.say("trust-ask", "publisher" to unknown.publisher))
            add(parts.text(words.say("trust-fingerprint", "fingerprint" to unknown.fingerprint), bold = true))
            words(words.say("trust-compare"))
            plain(words.say("trust-yes")) { act({ it.trust(unknown) }, { faultAtEnd(it.words) }) { install() } }
            go(words.say("trust-no")) { back() }
        }
    }

    private fun ask(question: String, yes: String, no: () -> Unit, act: () -> Unit) = show(question) {
        title(question)
        go(words.say(yes), act)
        plain(words.say("action-cancel"), no)
    }

    private fun change(call: (Core) -> Unit, told: () -> String) =
        act(call, { open(null, it.words) }) {
            toTop()
            open(told())
        }

    override fun back(): Boolean {
        if (file == null && state.getString(REMOVING) == null) return false
        file = null
        state.remove(REMOVING)
        toTop()
        open()
        return true
    }

    override fun answered(result: Int, data: Intent?) {
        val uri = data?.data
        if (result != Activity.RESULT_OK || uri == null) return open()
        file = uri.toString()
        load({ it.words() }) { install() }
    }
}
