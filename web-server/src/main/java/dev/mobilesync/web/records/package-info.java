/** The records of examinees as JSON, for proctors' boards, the platform's server and the examinee. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.web.records;
