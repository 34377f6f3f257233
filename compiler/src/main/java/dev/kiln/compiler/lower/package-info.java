/** What instruction selection and the lowering of calls share: the state of the function being selected. */
package dev.kiln.compiler.lower;
