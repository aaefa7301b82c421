package vn.hocvu.app

/** Marks a function that asks `SDK_INT` before it uses anything newer than API 21; the check of the API skips it. */
@Retention(AnnotationRetention.BINARY)
@Target(AnnotationTarget.FUNCTION)
annotation class ChecksApiItself
