/** What became of each examinee, as JSON: for boards, and for the examinee. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.web.records;
