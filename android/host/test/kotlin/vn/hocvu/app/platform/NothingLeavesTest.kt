package vn.hocvu.app.platform

import org.junit.Assert.assertEquals
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.xmlpull.v1.XmlPullParser

/** Every place that the platform's backup knows. */
private val DOMAINS = setOf(
    "root", "file", "database", "sharedpref", "external",
    "device_root", "device_file", "device_database", "device_sharedpref",
)

/** The rules for backups by the platform and for a move to a new phone; `apk.sh` sees that the manifest names them. */
@RunWith(RobolectricTestRunner::class)
class NothingLeavesTest {
    private val app = RuntimeEnvironment.getApplication()

    @Test
    fun `no backup and no new phone gets anything`() {
        val rules = app.resources.getIdentifier("nothing_leaves", "xml", app.packageName)
        val excluded = HashMap<String, Set<String>>()
        app.resources.getXml(rules).use { parser ->
            var part = ""
            while (parser.next() != XmlPullParser.END_DOCUMENT) {
                if (parser.eventType != XmlPullParser.START_TAG) continue
                if (parser.depth == 2) part = parser.name
                if (parser.depth < 3) continue
                assertEquals("exclude .", "${parser.name} ${parser.getAttributeValue(null, "path")}")
                excluded[part] = excluded[part].orEmpty() + parser.getAttributeValue(null, "domain")
            }
        }
        assertEquals(mapOf("cloud-backup" to DOMAINS, "device-transfer" to DOMAINS), excluded)
    }
}
