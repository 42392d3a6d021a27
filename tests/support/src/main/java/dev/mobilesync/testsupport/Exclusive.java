package dev.mobilesync.browser;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Runs a measuring test while no other test of this module runs. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@interface Exclusive {}
