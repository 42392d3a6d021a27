/** Sends each change of a state to the exam platform's server, over HTTP as the Standard Webhooks specification describes. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.state.webhook;
