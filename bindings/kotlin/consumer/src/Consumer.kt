import vn.hocvu.core.*
import kotlin.io.path.createTempDirectory

object Keys : DeviceKeys { // A phone asks its key store.
    override fun get(name: String): ByteArray? = null
    override fun put(name: String, secret: ByteArray) = Unit
}
object Surroundings : PlatformSurroundings {
    override fun now() = SurroundingsView(NetworkView.NOTHING, null, false)
}

fun main() {
    val folder = createTempDirectory().toFile()
    val hocvu = Hocvu.open(OpenRequest("$folder/data", "$folder/marker"), Keys, Surroundings)
    hocvu.packs().installStarters()
    for (course in hocvu.courses().list()) println("${course.title}: ${course.minutes}")
    println(hocvu.courses().search("lua dao").map { it.title })
    hocvu.shut()
    folder.deleteRecursively()
}
