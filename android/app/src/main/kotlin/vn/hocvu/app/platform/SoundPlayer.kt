package vn.hocvu.app.platform

import android.content.Context
import android.media.MediaPlayer
import java.io.File
import java.io.IOException

/** Plays one saved sound at a time; ours to stop at any moment. */
class SoundPlayer(private val context: Context) {
    private var player: MediaPlayer? = null
    private var ended: ((Boolean) -> Unit)? = null

    /** Plays a sound; [ended] is told when it is over or stopped, and whether it could be played. */
    fun play(sound: ByteArray, ended: (Boolean) -> Unit) {
        stop()
        this.ended = ended
        val fresh = MediaPlayer()
        player = fresh
        fresh.setOnCompletionListener { end(true) }
        fresh.setOnErrorListener { _, _, _ -> end(false).let { true } }
        fresh.setOnPreparedListener { it.start() }
        try {
            open(fresh, sound)
            fresh.prepareAsync()
        } catch (unplayable: IOException) {
            end(false)
        } catch (unplayable: IllegalStateException) {
            end(false)
        }
    }

    fun stop() {
        if (player != null) end(true)
    }

    /** By a file, since older platforms read from nothing else; it goes as soon as it is open. */
    private fun open(player: MediaPlayer, sound: ByteArray) {
        val file = File.createTempFile("hocvu", ".opus", context.cacheDir)
        try {
            file.writeBytes(sound)
            file.inputStream().use { player.setDataSource(it.fd) }
        } finally {
            file.delete()
        }
    }

    private fun end(isPlayed: Boolean) {
        val told = ended
        player?.release()
        player = null
        ended = null
        told?.invoke(isPlayed)
    }
}
