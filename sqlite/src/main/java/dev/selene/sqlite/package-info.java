@NullMarked
package dev.selene.sqlite;

import org.jspecify.annotations.NullMarked;
