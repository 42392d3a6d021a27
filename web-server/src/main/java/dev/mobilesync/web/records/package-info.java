/** The records of examinees as JSON, for proctors' boards and for the examinee. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.web.records;
