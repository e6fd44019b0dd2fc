"""Messages of the civil registry and its forms: code -> Vietnamese, English, remedy."""

from __future__ import annotations

from gov_connect.messages._message import entry

CIVIL = {
    code: entry(*texts)
    for code, *texts in (
        row.split(" | ")
        for row in """\
value.name_parts | họ, chữ đệm, tên ghép lại khác họ tên đầy đủ | its parts do not make the whole name
value.abandoned | trẻ bị bỏ rơi thì không khai cha, mẹ | a foundling has no parents named
value.form | không phải là một đối tượng JSON | is no JSON object
value.form_too_large | có quá nhiều trường hoặc lồng quá sâu | has too many fields or is nested too deep
form.generation_unknown | không thuộc mẫu tờ khai điện tử nào đã biết | is of no known e-form
form.generation_unclear | khớp nhiều mẫu như nhau ({names}); hãy nêu rõ mẫu | fits several e-forms alike ({names}); name the one
form.differs | trường {leaf} ghi khác | the field {leaf} says something else
form.no_given_name | có họ hoặc chữ đệm nhưng thiếu tên | has a family or middle name and no given name
form.one_word_name | chỉ có một từ, chưa rõ là họ hay tên | is one word: family name or given name
form.name_parts_differ | họ, chữ đệm, tên ghi riêng khác họ tên đầy đủ | the parts of the name differ from the whole name
form.words_differ | ngày sinh bằng chữ khác ngày sinh bằng số | the date in words differs from the date in figures
form.late | khai "đúng hạn" nhưng đã {days} ngày từ ngày sinh | is declared on time, {days} days after the birth
form.parent_missing | khai là biết nhưng không có thông tin | is declared as known and not described
form.parent_not_expected | có thông tin dù khai là không biết | is described although declared as not known
form.copies_not_wanted | có số lượng bản sao nhưng không chọn cấp bản sao | a number of copies, but copies were not ticked
form.other_unit | công dân chọn đơn vị khác với đơn vị tiếp nhận hồ sơ | the citizen chose another unit than the one that received
place.unknown_code | mã đơn vị {code} không có trong danh mục của ngày đó | no unit had the code {code} on that day
place.former_code | mã đơn vị {code} đã hết hiệu lực; nay là: {now} | the code {code} is of a former unit; now: {now}
place.elsewhere | đơn vị này thuộc tỉnh, thành phố mã {province} | this unit lies in province {province}
place.several | có nhiều đơn vị cùng tên: {units} | several units have that name: {units}
bundle.order | trạng thái {wanted} chưa được báo lúc này; được báo: {allowed} | status {wanted} may not be told now; allowed: {allowed}
value.day_twice | vừa là ngày nghỉ vừa là ngày làm việc | is both off and worked
file.kind | chỉ nhận PDF, JPEG, PNG (theo nội dung tệp) | only PDF, JPEG and PNG, by their content
file.empty | tệp rỗng | the file is empty
file.too_large | tệp lớn hơn {limit} byte | the file is larger than {limit} bytes
file.all_too_large | các tệp cộng lại lớn hơn {limit} byte | the files together are larger than {limit} bytes
file.infected | phần mềm diệt vi-rút không cho gửi tệp này | the virus scan does not let this file pass
file.unreadable | không đọc được tệp | the file cannot be read
file.changed | tệp đã đổi sau khi kiểm tra | the file changed after it was checked
support.form | Chưa biết tờ khai điện tử của loại việc {event}. | No e-form of the event {event} is known. | Nhập hồ sơ bằng mô hình dữ liệu của thư viện. | Fill the model by hand.
support.civil_event | Chưa gửi được {event} tới hệ thống hộ tịch: cấu trúc bản tin của loại việc này chưa được công bố. | {event} cannot be sent to the civil registry: its wire format is not public. | Đăng ký trực tiếp trên phần mềm hộ tịch. | Register it in the registry's own software.
support.civil_module | Chưa đặt mã loại việc (module) của {event}: mã này chưa được công bố. | The module code of {event} is not set; it is not public. | Xin mã của đơn vị vận hành rồi đặt GOV_CONNECT_CIVIL_REGISTRY__MODULES. | Ask the operator for it and set GOV_CONNECT_CIVIL_REGISTRY__MODULES.
support.civil_route | {event} không gửi được bằng thế hệ {generation}. | {event} cannot be sent by generation {generation}. | Đổi GOV_CONNECT_CIVIL_REGISTRY__GENERATION, hoặc bổ sung mã hồ sơ liên thông. | Change GOV_CONNECT_CIVIL_REGISTRY__GENERATION, or give the bundle's code.
support.civil_path | Chưa đặt đường dẫn {path} của hệ thống hộ tịch: đường dẫn thật chưa được công bố. | The path {path} of the civil registry is not set; the real one is not public. | Xin đường dẫn của đơn vị vận hành rồi đặt GOV_CONNECT_CIVIL_REGISTRY__{path}. | Ask the operator for it and set GOV_CONNECT_CIVIL_REGISTRY__{path}.
support.civil_files | Bản tin thế hệ {generation} không mang tệp đính kèm. | A message of generation {generation} carries no files. | Gửi hồ sơ liên thông (G2), hoặc nộp tệp trên phần mềm hộ tịch. | Send an interlinked dossier (G2), or file the papers in the registry's software.
""".splitlines()
    )
}
