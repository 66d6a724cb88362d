package dev.sluice.proxy.contract;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The section of an RFC that a case is about, such as {@code RFC 9110 §7.6.1}. It becomes part of the case's name. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Section {
    String value();
}
