// A server in Go: it counts.
//
// Others spawn it by the name of its export, counter, and send it messages: 8 bytes process id of
// who asks, then 8 bytes that are added. The answer has the tag of the question, and the sum. A
// message of any other size makes it fail, with a text.
//
//	GOOS=wasip1 GOARCH=wasm go build -buildmode=c-shared -o counter.wasm .
package main

import "unsafe"

//go:wasmimport selene::version 1.0
func needsVersion()

//go:wasmimport selene::process set_label
func setLabel(text unsafe.Pointer, length uint32)

//go:wasmimport selene::process fail
func fail(text unsafe.Pointer, length uint32)

//go:wasmimport lunatic::message receive
func receive(tags unsafe.Pointer, count uint32, timeout int64) uint32

//go:wasmimport lunatic::message data_size
func dataSize() uint64

//go:wasmimport lunatic::message read_data
func readData(to unsafe.Pointer, length uint32) uint32

//go:wasmimport lunatic::message get_tag
func tag() int64

//go:wasmimport lunatic::message create_data
func createData(tag int64, capacity uint64)

//go:wasmimport lunatic::message write_data
func writeData(from unsafe.Pointer, length uint32) uint32

//go:wasmimport lunatic::message send
func send(process uint64) uint32

const (
	data    = 0
	forever = -1
)

type question struct {
	asker  uint64
	change int64
}

//go:wasmexport counter
func counter(sum int64) {
	needsVersion()
	label := "counter in Go"
	setLabel(unsafe.Pointer(unsafe.StringData(label)), uint32(len(label)))
	for {
		if receive(nil, 0, forever) != data {
			continue
		}
		if dataSize() != 16 {
			text := "a question has 16 bytes"
			fail(unsafe.Pointer(unsafe.StringData(text)), uint32(len(text)))
		}
		var asked question
		readData(unsafe.Pointer(&asked), 16)
		sum += asked.change
		createData(tag(), 8)
		writeData(unsafe.Pointer(&sum), 8)
		send(asked.asker)
	}
}

// What a program begins with; this module has only what it exports.
func main() {}
