import java.io.File
import java.io.IOException
import java.security.MessageDigest
import java.time.Duration
import java.util.Base64
import java.util.UUID
import kotlin.random.Random
import kotlin.system.exitProcess
import okhttp3.MediaType.Companion.toMediaType
import okhttp3.MultipartBody
import okhttp3.OkHttpClient
import okhttp3.Request
import okhttp3.RequestBody.Companion.toRequestBody
import okhttp3.Response

/**
 * What an app on the phone does: it uploads one picture, and sends the same request again until the server has it.
 *
 *     kotlinc -cp okhttp-jvm.jar:okio-jvm.jar docs/examples/kotlin/PhoneUpload.kt -include-runtime -d phone.jar
 *     WEB=http://localhost:8080 DEVICE_TOKEN=… java -cp phone.jar:okhttp-jvm.jar:okio-jvm.jar PhoneUploadKt P001 E001 M001 data/sample.jpg
 *
 * On Android, run it in a WorkManager job with a network constraint, and keep the picture and its key in the app's own files until
 * the result is Stored.
 */
class PhoneUpload(private val web: String, private val token: String, private val pause: (Duration) -> Unit) {

    sealed interface Result {
        /** The server has stored the picture and published its message. The app may delete the picture. */
        data class Stored(val imageUrl: String) : Result

        /** The picture or the token has to change first; [code] says what: docs/errors.md. */
        data class Rejected(val code: String, val detail: String) : Result
    }

    /** A picture that was taken, with the key that identifies it in all attempts. A picture that is taken again has another key. */
    class Picture(val jpeg: ByteArray, val key: String = UUID.randomUUID().toString())

    private val http = OkHttpClient.Builder()
        .connectTimeout(Duration.ofSeconds(5))
        // The server answers within 4.5 s after the last byte; a proxy between may repeat the request.
        .readTimeout(Duration.ofSeconds(20))
        .writeTimeout(Duration.ofSeconds(20))
        .build()

    fun upload(plan: String, examinee: String, device: String, picture: Picture): Result {
        val request = request(plan, examinee, device, picture)
        var failures = 0
        while (true) {
            var retryAfter = Duration.ZERO
            try {
                http.newCall(request).execute().use { response ->
                    if (response.code == 201) return Result.Stored(response.header("Location").orEmpty())
                    val problem = Problem.of(response)
                    if (!problem.retryable) return Result.Rejected(problem.code, problem.detail)
                    retryAfter = Duration.ofSeconds(response.header("Retry-After")?.toLongOrNull() ?: 0)
                    println("retry ${problem.code}")
                }
            } catch (e: IOException) {
                // The server may have the picture all the same. The same key and picture have no second effect.
                println("retry $e")
            }
            pause(retryAfter + backOff(failures++))
        }
    }

    private fun request(plan: String, examinee: String, device: String, picture: Picture): Request {
        val digest = MessageDigest.getInstance("SHA-256").digest(picture.jpeg)
        val metadata = """{"type":"mobile_capture","data":{"deviceId":"$device","deviceInfo":{"model":"Pixel 9","osVersion":"Android 16"}}}"""
        val form = MultipartBody.Builder()
            .setType(MultipartBody.FORM)
            .addFormDataPart("metadata", null, metadata.toRequestBody("application/json".toMediaType()))
            .addFormDataPart("image", "picture.jpg", picture.jpeg.toRequestBody("image/jpeg".toMediaType()))
            .build()
        return Request.Builder()
            .url("$web/api/v1/plans/$plan/examinees/$examinee/mobile-captures")
            .header("Authorization", "Bearer $token")
            .header("Idempotency-Key", picture.key)
            // Lets the server detect a picture that was damaged in transit.
            .header("Content-Digest", "sha-256=:${Base64.getEncoder().encodeToString(digest)}:")
            .post(form)
            .build()
    }

    /** 0.5 s, doubled after each failure up to 20 s, and random, so that the phones of an exam do not come back at once. */
    private fun backOff(failures: Int): Duration =
        Duration.ofMillis(minOf(20_000L, 500L shl minOf(failures, 10)).let { Random.nextLong(it / 2, it) })

    /** The problem document of an error. Android has org.json for this. */
    private class Problem(val code: String, val retryable: Boolean, val detail: String) {
        companion object {
            fun of(response: Response): Problem {
                val body = response.body.string()
                fun text(name: String) = Regex("\"$name\":\"([^\"]*)\"").find(body)?.groupValues?.get(1)
                // A proxy's own errors are no problem documents.
                return Problem(
                    code = text("code") ?: "HTTP_${response.code}",
                    retryable = if (text("code") == null) response.code >= 500 else body.contains("\"retryable\":true"),
                    detail = text("detail").orEmpty(),
                )
            }
        }
    }
}

fun main(arguments: Array<String>) {
    val (plan, examinee, device, file) = arguments
    val phone = PhoneUpload(System.getenv("WEB"), System.getenv("DEVICE_TOKEN")) { Thread.sleep(it.toMillis()) }
    val result = phone.upload(plan, examinee, device, PhoneUpload.Picture(File(file).readBytes()))
    println(result)
    exitProcess(if (result is PhoneUpload.Result.Stored) 0 else 1)
}
