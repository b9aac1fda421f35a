module dev.selene/counter

go 1.24
