# Giới thiệu.

about-title = Giới thiệu
about-what = hocvu giúp bà con học dùng điện thoại và mạng cho an toàn, không cần có mạng, không mất tiền.
about-movement-title = Bình dân học vụ số
about-movement = Phong trào đưa hiểu biết số đến từng thôn bản, không để ai ở lại phía sau. Kết quả là những việc bà con thật sự làm được.
about-movement-source = Kế hoạch 01-KH/BCĐTW ngày 21/03/2025
about-offline-title = Không cần mạng
about-offline = Bài học, câu hỏi và bài làm đều nằm trên máy này. Mất điện giữa chừng, câu đã trả lời vẫn còn.
about-privacy-title = Thông tin riêng
about-privacy = Tên được khóa trên máy này và không gửi đi đâu. Xem, lấy bản sao, xóa lúc nào cũng được.
about-facts-title = Điều được nói trong bài
about-facts = Mỗi điều về luật, số điện thoại, dịch vụ đều ghi nguồn và ngày kiểm tra. Điều chưa chắc thì ghi “chưa xác nhận”.
about-framework-title = Khung năng lực
about-framework = Theo DigComp của Ủy ban châu Âu (CC BY 4.0; bản dịch là của chúng tôi, chưa được Ủy ban công nhận) và Thông tư 02/2025/TT-BGDĐT.
about-not-certificate = Kết quả ở đây không phải giấy xác nhận của nhà nước.
about-licence-title = Giấy phép
about-licence = Phần mềm tự do, giấy phép Apache 2.0. Mỗi khóa học ghi giấy phép riêng.
about-version = Bản { $version }
about-help-title = Cần người giúp?
about-help = Hỏi tổ công nghệ số cộng đồng, tình nguyện viên, hoặc con cháu trong nhà.
